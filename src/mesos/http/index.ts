/**
 * Doors of HTTP: the v1 API of Mesos, and its endpoints, before the actors of the house.
 *
 * {@link masterDoor} is an actor beside a master. Frameworks that were written for Apache Mesos subscribe at `/api/v1/scheduler`:
 * each gets a line, an actor with a session of its own, so that to the master it is a scheduler like any other. Operators ask
 * at `/api/v1`, and read `/state` and its kin.
 *
 * {@link agentDoor} is the same before an agent, for executors at `/api/v1/executor`, operators, and readers of sandboxes (`/files`).
 *
 * Guarantees: calls of one framework reach the master in the order in which they were answered with 202; a stream that breaks
 * ends the session, and the other way round; status codes and texts are those of Mesos 1.11; what is not carried out is refused
 * with a reason, never taken in silence.
 *
 * Words: *door* — what answers the requests of one node; *line* — the way to one framework; *stream id* — names a
 * subscription, so that a scheduler that has been replaced is told so.
 *
 * @see docs/scheduler-http-api.md, docs/operator-http-api.md of Apache Mesos
 */
export { masterDoor } from './master/door.ts'
export type { MasterDoorSettings } from './master/door.ts'
export { LINE_FLAG, LINE_HEADER } from './line-address.ts'
export { standbyDoor } from './standby-door.ts'
export { agentDoor } from './agent/door.ts'
export type { AgentDoorSettings } from './agent/door.ts'
export type { Arrived } from './arrived.ts'
export { readTaskGroup, readTaskInfo } from './task-text.ts'
export type { ReadTask } from './task-text.ts'

/**
 * Executors that an agent has in itself: an actor, child of the agent, in place of a process that subscribes from outside.
 *
 * {@link commandExecutor} runs a task that has a `command` in place of an `executor`, {@link defaultExecutor} groups of such tasks.
 * They make the same calls and get the same events as any executor; what becomes of their containers their agent tells them, and
 * what they want done to them they ask of their agent. Decisions are in `stepCommand` and `stepDefault`, which are pure; the life
 * of a command between its start and its end, in `task-life.ts`.
 *
 * Guarantees, as in Mesos: TASK_STARTING, then TASK_RUNNING, then how the command ended; SIGTERM before SIGKILL, with the grace
 * that the order, or else the task, allows. When a task of a group fails or is killed, the others are killed.
 */
export { commandExecutor, defaultExecutor } from './executors.ts'
export type {
  BuiltInMessage,
  BuiltInOptions,
  CheckNotice,
  ContainerNews,
  ContainerRequest,
  FoundTask,
} from './protocol.ts'

/**
 * Executors that an agent has in itself: an actor, child of the agent, in place of a process that subscribes from outside.
 *
 * {@link commandExecutor} runs a task that has a `command` in place of an `executor`. It makes the same calls and gets the same
 * events as any executor; what becomes of its containers its agent tells it, and what it wants done to them it asks of
 * its agent. Decisions are in `stepCommand`, which is pure; the life of a command between its start and its end,
 * in `task-life.ts`.
 *
 * Guarantees, as in Mesos: TASK_STARTING, then TASK_RUNNING, then how the command ended; SIGTERM before SIGKILL, with the grace
 * that the order, or else the task, allows.
 */
export { commandExecutor } from './command-executor.ts'
export type {
  BuiltInMessage,
  BuiltInOptions,
  ContainerOver,
  ContainerRequest,
  FoundTask,
} from './protocol.ts'

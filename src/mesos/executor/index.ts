/**
 * The executor's side of the executor API.
 *
 * An executor is a process that an agent starts by a command line and `MESOS_*` variables ({@link executorEnvironment} reads
 * them). In it an {@link executorDriver} subscribes to the agent and hands LAUNCH, KILL, MESSAGE, SHUTDOWN to a handler,
 * which answers with UPDATEs.
 *
 * Guarantees: each task is launched once, however often the session breaks; an UPDATE reaches the agent at least once,
 * in order; an executor whose agent does not come back is told to shut down.
 */
export { connectExecutor, executorDriver } from './executor-driver.ts'
export { connectMesosAgent } from './http-agent.ts'
export type { HttpAgentOptions } from './http-agent.ts'
export type { ExecutorDriverSettings } from './executor-driver.ts'
export { AGENT_LINE_VARIABLE, executorEnvironment } from './environment.ts'
export type { ExecutorEnvironment } from './environment.ts'
export type { ExecutorDriverMessage, ExecutorIds } from './protocol.ts'

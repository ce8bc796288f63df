/**
 * The agent: what it has, what runs on it, and what became of it.
 *
 * An actor with three kinds of children: its session with the master, a session per executor that has subscribed, a
 * container per executor. It registers, hands tasks to executors (which it starts when first needed), keeps every
 * status until its framework has acknowledged it, and says how executors ended. It goes on while the master is away.
 *
 * Guarantees: a task handed to this agent ends with a status, whatever happens to its executor; statuses are sent at
 * least once, in order per task; an older master's words are refused; executors are told to end before they are killed.
 * All decisions are in `stepAgent`, which is pure.
 *
 * Words: *held* — what the agent still has when it registers again; *incarnation* — one start of the agent; *ending* — why an
 * executor was asked to end, which is what its tasks are told.
 */
export { agentBehavior } from './agent.ts'
export type { AgentSettings } from './agent.ts'
export type { Checks } from './rim.ts'
export { connectAgent } from './connect.ts'
export { sandboxOf } from './sandbox.ts'
export type { AgentFigures } from './figures.ts'
export type { PastExecutor } from './history.ts'
export type {
  AgentMessage,
  AgentShown,
  AgentSnapshot,
  AgentUsage,
  ExecutorConnected,
} from './protocol.ts'
export { checkpointPaths, readCheckpoint } from './checkpoint/index.ts'
export type { Held } from './checkpoint/index.ts'
export { stepAgent } from './step.ts'
export type { AgentMoment } from './change.ts'
export { initialAgentState } from './state.ts'
export type { AgentEffect, AgentOccurrence, AgentOptions, AgentState } from './state.ts'

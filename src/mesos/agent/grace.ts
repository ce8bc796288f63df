import type { AgentChange } from './change.ts'
import type { ExecutorState } from './state.ts'

/** How long an executor may take to shut down. */
export function graceMsOf(change: AgentChange, { info }: ExecutorState): number {
  const grace = info.shutdown_grace_period?.nanoseconds
  return grace === undefined ? change.state.options.executorShutdownGraceMs : grace / 1_000_000
}

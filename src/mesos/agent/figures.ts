import type { CollectorAccount } from '../collector/index.ts'
import type { FetcherAccount } from '../fetcher/index.ts'

/** What an agent and those around it have done since its actor began; for metrics. What its state says is not among it. */
export interface AgentFigures {
  /** Containers that could not be started. */
  readonly launchErrors: number
  /** Statuses from executors, each as often as it was sent. */
  readonly statusUpdates: number
  readonly collector: CollectorAccount
  readonly fetcher: FetcherAccount
}

import type { ExecutorThread } from '../executor/index.ts'
import type { StatusStore } from '../status/index.ts'
import type { ApplicationSummary } from './forms/application.ts'

/** What an API tells of: one application that runs, or those whose event logs there are. */
export interface RestRoot {
  /** Whether they come out of event logs. */
  readonly isHistory: boolean
  /** Whether it serves collectors of metrics, and those of Prometheus. */
  readonly metrics?: { readonly hasPrometheus: boolean }
  /** In ms since 1970. */
  readonly nowMs: () => number
  readonly applications: () => Promise<readonly ApplicationSummary[]>
  /** Undefined when there is none by this id. */
  readonly open: (applicationId: string) => Promise<OpenApplication | undefined>
}

/** One application, as it is now. */
export interface OpenApplication {
  readonly summary: ApplicationSummary
  readonly store: StatusStore
  /** Until when what runs has run. */
  readonly nowMs: number
  /** The path of its event log; undefined where there is none. */
  readonly eventLog: string | undefined
  /** What the threads of an executor do now, where that can be asked. */
  readonly threads?: (executorId: string) => Promise<readonly ExecutorThread[] | undefined>
}

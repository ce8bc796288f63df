import type { CommandInfo } from './executor-info.ts'

interface CheckTimes {
  /** Before the first; default 15. */
  readonly delay_seconds?: number
  /** Default 10. */
  readonly interval_seconds?: number
  /** What takes longer has failed; default 20. */
  readonly timeout_seconds?: number
}

/** Looks now and then whether a task is well. */
export interface HealthCheck extends CheckTimes {
  readonly type?: 'UNKNOWN' | 'COMMAND' | 'HTTP' | 'TCP'
  readonly command?: CommandInfo
  readonly http?: {
    readonly protocol?: 'IPv4' | 'IPv6'
    readonly scheme?: string
    readonly port: number
    readonly path?: string
    readonly statuses?: readonly number[]
  }
  readonly tcp?: { readonly protocol?: 'IPv4' | 'IPv6'; readonly port: number }
  /** Failures in a row after which the task is killed; default 3. */
  readonly consecutive_failures?: number
  /** At its start, in which failures don't count; default 10. */
  readonly grace_period_seconds?: number
}

/** Looks now and then how a task is, and leaves it to its framework what to make of that. */
export interface CheckInfo extends CheckTimes {
  readonly type?: 'UNKNOWN' | 'COMMAND' | 'HTTP' | 'TCP'
  readonly command?: { readonly command: CommandInfo }
  readonly http?: { readonly port: number; readonly path?: string }
  readonly tcp?: { readonly port: number }
}

/** What a check has found last; without a result if there is none yet. */
export interface CheckStatusInfo {
  readonly type?: 'COMMAND' | 'HTTP' | 'TCP'
  readonly command?: { readonly exit_code?: number }
  readonly http?: { readonly status_code?: number }
  readonly tcp?: { readonly succeeded?: boolean }
}

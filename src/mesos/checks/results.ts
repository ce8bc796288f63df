import type { CheckNotice } from '../built-in/index.ts'
import type { CheckInfo, CheckStatusInfo, HealthCheck } from '../protocol/index.ts'

/** What a probe has found out. */
export type ProbeResult =
  | { readonly type: 'command'; readonly exitCode: number }
  | { readonly type: 'http'; readonly statusCode: number }
  | { readonly type: 'tcp'; readonly hasSucceeded: boolean }
  /** Nothing: it took too long, or could not begin. */
  | { readonly type: 'failed'; readonly reason: string }

/** What is known of a task's health. */
export interface HealthState {
  /** It has not been healthy yet. */
  readonly isInitializing: boolean
  /** In a row. */
  readonly failures: number
}

/** What is told of it; `kill`: it has failed so often that it is to be killed. */
export type HealthNews = Pick<
  Extract<CheckNotice, { readonly type: 'task-health' }>,
  'healthy' | 'kill'
>

export const newHealth: HealthState = { isInitializing: true, failures: 0 }

/** A health check has failed for this reason; undefined if it has not. */
export function problemOf(result: ProbeResult): string | undefined {
  switch (result.type) {
    case 'command':
      return result.exitCode === 0
        ? undefined
        : `Command returned exited with status ${result.exitCode}`
    case 'http':
      return result.statusCode >= 200 && result.statusCode < 400
        ? undefined
        : `Unexpected HTTP response code: ${result.statusCode}`
    case 'tcp':
      return result.hasSucceeded ? undefined : 'Connection failed'
    case 'failed':
      return result.reason
  }
}

/**
 * What a result makes of a task's health, and what is to be told: every failure, once its grace is over, and every success that
 * follows none or a failure. `sinceStartMs` is the time since checking began.
 */
export function healthResult(
  state: HealthState,
  check: HealthCheck,
  isOk: boolean,
  sinceStartMs: number,
): readonly [HealthState, HealthNews | undefined] {
  if (isOk) {
    const isNews = state.isInitializing || state.failures > 0
    return [
      { isInitializing: false, failures: 0 },
      isNews ? { healthy: true, kill: false } : undefined,
    ]
  }
  const graceMs = (check.grace_period_seconds ?? 10) * 1000
  if (state.isInitializing && graceMs > 0 && sinceStartMs <= graceMs) return [state, undefined]
  const failures = state.failures + 1
  const kill = failures >= (check.consecutive_failures ?? 3)
  return [
    { ...state, failures },
    { healthy: false, kill },
  ]
}

/** What a check knows before it has found anything out, and when it can't. */
export function emptyStatus({ type }: CheckInfo): CheckStatusInfo {
  switch (type) {
    case 'HTTP':
      return { type, http: {} }
    case 'TCP':
      return { type, tcp: {} }
    default:
      return { type: 'COMMAND', command: {} }
  }
}

/** The status that a result makes; the same as before if nothing has changed. */
export function checkResult(
  before: CheckStatusInfo,
  check: CheckInfo,
  result: ProbeResult,
): CheckStatusInfo {
  const next = statusOf(check, result)
  return JSON.stringify(next) === JSON.stringify(before) ? before : next
}

function statusOf(check: CheckInfo, result: ProbeResult): CheckStatusInfo {
  switch (result.type) {
    case 'command':
      return { type: 'COMMAND', command: { exit_code: result.exitCode } }
    case 'http':
      return { type: 'HTTP', http: { status_code: result.statusCode } }
    case 'tcp':
      return { type: 'TCP', tcp: { succeeded: result.hasSucceeded } }
    case 'failed':
      return emptyStatus(check)
  }
}

import { TroupeError } from '../../platform/index.ts'

/** A thread of a pool that has ended or does not answer. */
export class ThreadError extends TroupeError {}

/** A pool that has ended, by `close` or because its threads do not live: `cause`. */
export function poolClosed(pool: string, cause: unknown): ThreadError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new ThreadError(
    'TROUPE_THREAD_POOL_CLOSED',
    `${pool} has no threads any more${why}; start another pool`,
    { ...(cause === undefined ? {} : { cause }), data: { pool } },
  )
}

export function threadExited(label: string, code: number, cause: unknown): ThreadError {
  const why = cause instanceof Error ? cause.message : `exit code ${String(code)}`
  return new ThreadError(
    'TROUPE_THREAD_EXITED',
    `${label} has ended (${why}): what lived there is lost; it is replaced under the pool's strategy`,
    { ...(cause === undefined ? {} : { cause }), data: { thread: label, code } },
  )
}

export function threadBlocked(label: string, limitMs: number): ThreadError {
  return new ThreadError(
    'TROUPE_THREAD_BLOCKED',
    `the event loop of ${label} has not turned for ${String(limitMs)} ms: the thread was ended; split long work, or judge its pool by 'exit'`,
    { data: { thread: label, limitMs } },
  )
}

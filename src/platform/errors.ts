import { TroupeError } from './troupe-error.ts'
import type { TroupeErrorOptions } from './troupe-error.ts'

/** Codes that the platform raises; each is a row of `docs/errors.md`. */
export type PlatformErrorCode =
  | 'TROUPE_PLATFORM_ADDRESS_IN_USE'
  | 'TROUPE_PLATFORM_LISTEN_FAILED'
  | 'TROUPE_PLATFORM_CONNECT_FAILED'
  | 'TROUPE_PLATFORM_CONNECTION_LOST'
  | 'TROUPE_PLATFORM_FILE_UNREADABLE'
  | 'TROUPE_PLATFORM_FILE_UNWRITABLE'
  | 'TROUPE_PLATFORM_PROCESS_FAILED'
  | 'TROUPE_PLATFORM_THREAD_FAILED'
  | 'TROUPE_PLATFORM_THREAD_EXITED'
  | 'TROUPE_PLATFORM_THREAD_DEADLINE'
  | 'TROUPE_PLATFORM_THREAD_OUT_OF_HEAP'
  | 'TROUPE_PLATFORM_CONTROL_UNKNOWN'
  | 'TROUPE_PLATFORM_CONTROL_FAILED'
  | 'TROUPE_PLATFORM_MODULE_UNLOADABLE'
  | 'TROUPE_PLATFORM_SIMULATION_STUCK'
  | 'TROUPE_PLATFORM_SIMULATION_STALLED'
  | 'TROUPE_PLATFORM_SIMULATION_NODE'

/** A failure of the outside world, or of the way it was asked. */
export class PlatformError extends TroupeError {
  constructor(code: PlatformErrorCode, message: string, options: TroupeErrorOptions = {}) {
    super(code, message, options)
  }
}

/** The system's short word for a failure (`ECONNREFUSED`), or its message where it has none. */
export function systemReason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return code
  return typeof message === 'string' ? message : 'unknown'
}

import type { Address } from './network.ts'
import { TroupeError } from './troupe-error.ts'
import type { TroupeErrorOptions } from './troupe-error.ts'

/** Codes that the platform raises; each is a row of `docs/errors.md`. */
export type PlatformErrorCode =
  | 'TROUPE_PLATFORM_ADDRESS_IN_USE'
  | 'TROUPE_PLATFORM_LISTEN_FAILED'
  | 'TROUPE_PLATFORM_CONNECT_FAILED'
  | 'TROUPE_PLATFORM_CONNECTION_LOST'
  | 'TROUPE_PLATFORM_EVENTS_REFUSED'
  | 'TROUPE_PLATFORM_EVENTS_UNANSWERED'
  | 'TROUPE_PLATFORM_EVENTS_UNREACHABLE'
  | 'TROUPE_PLATFORM_FILE_UNREADABLE'
  | 'TROUPE_PLATFORM_FILE_UNWRITABLE'
  | 'TROUPE_PLATFORM_GZIP_DAMAGED'
  | 'TROUPE_PLATFORM_STORE_FAILED'
  | 'TROUPE_PLATFORM_TABLES_REFUSED'
  | 'TROUPE_PLATFORM_TABLES_UNANSWERED'
  | 'TROUPE_PLATFORM_TABLES_UNREACHABLE'
  | 'TROUPE_PLATFORM_PROCESS_FAILED'
  | 'TROUPE_PLATFORM_THREAD_FAILED'
  | 'TROUPE_PLATFORM_THREAD_EXITED'
  | 'TROUPE_PLATFORM_THREAD_DEADLINE'
  | 'TROUPE_PLATFORM_THREAD_OUT_OF_HEAP'
  | 'TROUPE_PLATFORM_CONTROL_UNKNOWN'
  | 'TROUPE_PLATFORM_CONTROL_FAILED'
  | 'TROUPE_PLATFORM_MODULE_UNLOADABLE'
  | 'TROUPE_PLATFORM_OPTION_INVALID'
  | 'TROUPE_PLATFORM_SOURCE_INVALID'
  | 'TROUPE_PLATFORM_SIMULATION_STUCK'
  | 'TROUPE_PLATFORM_SIMULATION_STALLED'
  | 'TROUPE_PLATFORM_SIMULATION_NODE'
  | 'TROUPE_PLATFORM_USER_UNKNOWN'
  | 'TROUPE_PLATFORM_ZOOKEEPER_FAILED'
  | 'TROUPE_PLATFORM_ZOOKEEPER_REFUSED'

/** A failure of the outside world, or of the way it was asked. */
export class PlatformError extends TroupeError {
  constructor(code: PlatformErrorCode, message: string, options: TroupeErrorOptions = {}) {
    super(code, message, options)
  }
}

/**
 * An error from another thread whose class stayed there; name, message, code and stack are the
 * original's.
 */
export class ForeignError extends Error {
  readonly code: string | undefined

  constructor(message: string, code: string | undefined, options: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The system's short word for a failure (`ECONNREFUSED`), or its message where it has none. */
export function systemReason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return code
  return typeof message === 'string' ? message : 'unknown'
}

/**
 * What the two environments say alike; `cause` is what the system said, where there is a system.
 */
export function addressInUse(address: Address, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_ADDRESS_IN_USE',
    `${address.host}:${address.port} is in use: end the program that listens there, choose another port, or port 0 for any free one.`,
    { cause, data: { host: address.host, port: address.port, reason: 'EADDRINUSE' } },
  )
}

/** `afterMs` is given when time ran out. */
export function connectFailed(
  address: Address,
  reason: string,
  options: { readonly afterMs?: number; readonly cause?: unknown } = {},
): PlatformError {
  const detail = options.afterMs === undefined ? '' : ` after ${options.afterMs} ms`
  return new PlatformError(
    'TROUPE_PLATFORM_CONNECT_FAILED',
    `Can't connect to ${address.host}:${address.port} (${reason}${detail}): check that a node listens there, and with TLS that both sides trust each other's certificates.`,
    { cause: options.cause, data: { host: address.host, port: address.port, reason } },
  )
}

export function connectionLost(remote: Address, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_CONNECTION_LOST',
    `The connection to ${remote.host}:${remote.port} was lost (${reason}): what was not acknowledged must be sent again on a new one.`,
    { cause, data: { host: remote.host, port: remote.port, reason } },
  )
}

export function fileUnreadable(path: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_FILE_UNREADABLE',
    `${path} can't be read (${reason}): give a path that exists and that this user may read.`,
    { cause, data: { path, reason } },
  )
}

export function gzipDamaged(path: string, cause: unknown): PlatformError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PlatformError(
    'TROUPE_PLATFORM_GZIP_DAMAGED',
    `${path} is no whole gzip file (${reason}): write it again, or give it a name without .gz if it is none.`,
    { cause, data: { path, reason } },
  )
}

export function fileUnwritable(path: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_FILE_UNWRITABLE',
    `${path} can't be written (${reason}): give a path that this user may write, in a directory that exists.`,
    { cause, data: { path, reason } },
  )
}

/** `what` is what could not be done, such as `written`. */
export function storeFailed(directory: string, what: string, cause: unknown): PlatformError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PlatformError(
    'TROUPE_PLATFORM_STORE_FAILED',
    `The store in ${directory} can't be ${what} (${reason}): give a directory that this user may write, on a disk with room.`,
    { cause, data: { directory, what, reason } },
  )
}

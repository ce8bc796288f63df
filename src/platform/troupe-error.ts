/** Data that may ride on an error: plain, readonly, and small enough to survive a link. */
export type ErrorData = Readonly<Record<string, unknown>>

export interface TroupeErrorOptions {
  readonly cause?: unknown
  readonly data?: ErrorData
}

/**
 * The base of every failure and refusal that Troupe raises itself.
 *
 * `code` is one of the rows of `docs/errors.md` and is what programs branch on; `message` is for people
 * and names the value, the place and the way out; `data` holds the values again, as plain data. The
 * brand survives threads and sockets, where `instanceof` does not: recognise with {@link isTroupeError}.
 */
export class TroupeError extends Error {
  readonly code: string
  readonly data: ErrorData
  readonly isTroupeError = true as const

  constructor(code: string, message: string, options: TroupeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = options.data ?? {}
    this.name = new.target.name
  }
}

/** Whether `value` is a Troupe error of this or another thread's making; `code` narrows further. */
export function isTroupeError(value: unknown, code?: string): value is TroupeError {
  if (typeof value !== 'object' || value === null) return false
  const candidate = value as { isTroupeError?: unknown; code?: unknown }
  return candidate.isTroupeError === true && (code === undefined || candidate.code === code)
}

import { TroupeError, type ErrorData } from '../platform/index.ts'

/** The codes of this floor; each is a row of `docs/errors.md`. */
export type ThrottlerErrorCode =
  | 'TROUPE_THROTTLER_HISTOGRAM_DAMAGED'
  | 'TROUPE_THROTTLER_MESSAGE_INVALID'
  | 'TROUPE_THROTTLER_QUERY_FAILED'
  | 'TROUPE_THROTTLER_RUN_DIFFERS'

/** A failure or refusal of the Throttler; branch on `code`. */
export class ThrottlerError extends TroupeError {
  constructor(
    code: ThrottlerErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly data?: ErrorData } = {},
  ) {
    super(code, message, options)
  }
}

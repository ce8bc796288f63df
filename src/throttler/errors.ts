import { TroupeError, type ErrorData } from '../platform/index.ts'

/** The codes of this floor; each is a row of `docs/errors.md`. */
export type ThrottlerErrorCode =
  | 'TROUPE_THROTTLER_DISTRIBUTION_INVALID'
  | 'TROUPE_THROTTLER_HISTOGRAM_DAMAGED'
  | 'TROUPE_THROTTLER_MESSAGE_INVALID'
  | 'TROUPE_THROTTLER_PARAMETER_INVALID'
  | 'TROUPE_THROTTLER_QUERY_FAILED'
  | 'TROUPE_THROTTLER_REPORT_DAMAGED'
  | 'TROUPE_THROTTLER_RUN_DIFFERS'
  | 'TROUPE_THROTTLER_STORE_UNSUITABLE'
  | 'TROUPE_THROTTLER_THRESHOLD_INVALID'
  | 'TROUPE_THROTTLER_VALIDATION_FAILED'
  | 'TROUPE_THROTTLER_WORKLOAD_INVALID'

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

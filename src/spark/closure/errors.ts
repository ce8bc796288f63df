import { TroupeError, type ErrorData } from '../../platform/index.ts'

/** The codes of this folder; each is a row of `docs/errors.md`. */
export type ClosureErrorCode =
  | 'TROUPE_CLOSURE_ACCESSOR'
  | 'TROUPE_CLOSURE_ASSIGNED'
  | 'TROUPE_CLOSURE_CODEC_FAILED'
  | 'TROUPE_CLOSURE_CODEC_TAKEN'
  | 'TROUPE_CLOSURE_CYCLE'
  | 'TROUPE_CLOSURE_EVAL'
  | 'TROUPE_CLOSURE_EXPORT_MISSING'
  | 'TROUPE_CLOSURE_GLOBAL'
  | 'TROUPE_CLOSURE_GRAPH_INVALID'
  | 'TROUPE_CLOSURE_HANDLE'
  | 'TROUPE_CLOSURE_IMPORT_META'
  | 'TROUPE_CLOSURE_INSPECTOR_FORBIDDEN'
  | 'TROUPE_CLOSURE_INSTANCE'
  | 'TROUPE_CLOSURE_INTRINSIC_MISSING'
  | 'TROUPE_CLOSURE_MODULE_UNLOADABLE'
  | 'TROUPE_CLOSURE_MODULE_UNRESOLVED'
  | 'TROUPE_CLOSURE_NAMESPACE'
  | 'TROUPE_CLOSURE_NATIVE'
  | 'TROUPE_CLOSURE_NOT_A_FUNCTION'
  | 'TROUPE_CLOSURE_OUTER_THIS'
  | 'TROUPE_CLOSURE_PRIVATE_NAME'
  | 'TROUPE_CLOSURE_PROTOTYPE'
  | 'TROUPE_CLOSURE_SCOPE_MISSING'
  | 'TROUPE_CLOSURE_SOURCE_MISSING'
  | 'TROUPE_CLOSURE_SUPER'
  | 'TROUPE_CLOSURE_SYMBOL'
  | 'TROUPE_CLOSURE_UNINITIALISED'
  | 'TROUPE_CLOSURE_VALUE'
  | 'TROUPE_CLOSURE_WITH'

/** Where the culprit stands: who captured it, by which way, and in which source. */
export interface CulpritData {
  /** The variable or member that can't travel. */
  readonly variable: string
  /** The way to it: `map function → helper → config.socket`. */
  readonly path: string
  /** `file:///…/job.js:12:5` of the code that needs it; empty when unknown. */
  readonly place: string
}

/** A function that can't travel, or could not be rebuilt. */
export class ClosureError extends TroupeError {
  declare readonly code: ClosureErrorCode

  constructor(
    code: ClosureErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly data?: ErrorData } = {},
  ) {
    super(code, message, options)
  }
}

/** A capture's refusal: what can't travel and why, the way to it, and the way out. */
export function cannotTravel(
  code: ClosureErrorCode,
  what: string,
  culprit: CulpritData,
  wayOut: string,
  cause?: unknown,
): ClosureError {
  const place = culprit.place === '' ? '' : ` (${culprit.place})`
  const message = `${what}. Captured by ${culprit.path}${place}. ${wayOut}`
  return new ClosureError(code, message, {
    data: { ...culprit },
    ...(cause === undefined ? {} : { cause }),
  })
}

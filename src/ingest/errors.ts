import { TroupeError, type ErrorData } from '../platform/index.ts'

/** The codes of the ingest service; each is a row of `docs/errors.md`. */
export type IngestErrorCode =
  | 'TROUPE_INGEST_BODY_INVALID'
  | 'TROUPE_INGEST_EVENT_INVALID'
  | 'TROUPE_INGEST_EVENT_REFUSED'
  | 'TROUPE_INGEST_METHOD_WRONG'
  | 'TROUPE_INGEST_NOT_FOUND'
  | 'TROUPE_INGEST_REPLAY_STOPPED'
  | 'TROUPE_INGEST_TOO_LARGE'
  | 'TROUPE_INGEST_TYPE_UNSUPPORTED'
  | 'TROUPE_INGEST_UNAVAILABLE'

/** A failure of the ingest service, or a refusal that a client is told. */
export class IngestError extends TroupeError {
  declare readonly code: IngestErrorCode

  constructor(
    code: IngestErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly data?: ErrorData } = {},
  ) {
    super(code, message, options)
  }
}

/** What is told of an error that may be none of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { HttpReply } from '../../platform/index.ts'
import { IngestError } from '../errors.ts'

const encoder = new TextEncoder()

/** When a client that was told 503 may come again, seconds. */
const RETRY_AFTER = '1'

export function json(status: number, value: unknown): HttpReply {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 503 && { 'retry-after': RETRY_AFTER }),
    },
    body: encoder.encode(JSON.stringify(value)),
  }
}

/** What a client is told of an error. */
export interface ErrorShown {
  readonly code: string
  readonly message: string
  readonly [more: string]: unknown
}

export function shown({ code, message, data }: IngestError): ErrorShown {
  return { code, message, ...data }
}

/** The answer to a request that was refused, or failed. */
export function refusal(error: IngestError, headers: HttpReply['headers'] = {}): HttpReply {
  const reply = json(statusOf(error), { error: shown(error) })
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

export function statusOf({ code }: IngestError): number {
  switch (code) {
    case 'TROUPE_INGEST_BODY_INVALID':
    case 'TROUPE_INGEST_EVENT_INVALID':
      return 400
    case 'TROUPE_INGEST_NOT_FOUND':
      return 404
    case 'TROUPE_INGEST_METHOD_WRONG':
      return 405
    case 'TROUPE_INGEST_TOO_LARGE':
      return 413
    case 'TROUPE_INGEST_TYPE_UNSUPPORTED':
      return 415
    case 'TROUPE_INGEST_EVENT_REFUSED':
      return 422
    case 'TROUPE_INGEST_UNAVAILABLE':
    case 'TROUPE_INGEST_REPLAY_STOPPED':
      return 503
  }
}

export function unavailable(reason: string): IngestError {
  return new IngestError(
    'TROUPE_INGEST_UNAVAILABLE',
    `It is not certain to be stored (${reason}): send it again later, with the same id.`,
    { data: { reason } },
  )
}

export function tooLarge(what: string): IngestError {
  return new IngestError(
    'TROUPE_INGEST_TOO_LARGE',
    `${what}: send less at a time, or raise the limit of the service.`,
    { data: { what } },
  )
}

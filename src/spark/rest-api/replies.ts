import type { HttpReply } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { prettyJson, type JsonValue } from './pretty-json.ts'

const NOT_FOUND = 404
const BAD_REQUEST = 400

/** What is asked for is not there, or can't be understood: the client is told so. */
export class Refusal extends SparkError {
  readonly status: number

  constructor(status: number, message: string) {
    super('TROUPE_SPARK_REQUEST_REFUSED', message)
    this.status = status
  }
}

export function notFound(message: string): Refusal {
  return new Refusal(NOT_FOUND, message)
}

export function badParameter(name: string, expected: string, actual: string): Refusal {
  const said = `Bad value for parameter "${name}".  Expected a ${expected}, got "${actual}"`
  return new Refusal(BAD_REQUEST, said)
}

const HEADERS = {
  'cache-control': 'no-cache, no-store, must-revalidate',
  'x-content-type-options': 'nosniff',
}

export function jsonReply(value: JsonValue): HttpReply {
  return {
    status: 200,
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: new TextEncoder().encode(prettyJson(value)),
  }
}

export function textReply(status: number, text: string, type: string = 'text/plain'): HttpReply {
  return {
    status,
    headers: { ...HEADERS, 'content-type': type },
    body: new TextEncoder().encode(text),
  }
}

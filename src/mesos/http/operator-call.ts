import type { HttpReply, HttpRequest } from '../../platform/index.ts'
import { textReply } from './answers.ts'
import { readBody } from './body.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from './media.ts'
import type { Codec, MessageType, MessageValue } from './wire/index.ts'

/** The calls of one operator API. */
export interface OperatorCalls {
  readonly type: MessageType
  /** As refusals name it, such as `master::Call`. */
  readonly name: string
  /** Those that must have a body, which is named as they are. */
  readonly withBody: ReadonlySet<string>
  /** Refusals do not name what a body could not be made into. */
  readonly isTerse?: boolean
}

/** A call that is in order as far as its form goes. */
export interface OperatorCall {
  readonly type: string
  /** Of its field, and of that of its answer. */
  readonly name: string
  readonly value: MessageValue
  readonly body: MessageValue | undefined
  /** That its answer is written with. */
  readonly codec: Codec
}

/** Reads a call of an operator API; or why it can't be one. @see master/http.cpp, slave/http.cpp of Apache Mesos */
export function readOperatorCall(
  request: HttpRequest,
  calls: OperatorCalls,
): OperatorCall | { readonly reply: HttpReply } {
  const read = readBody(request, calls.type, calls.isTerse)
  if ('reply' in read) return read
  const { value } = read
  const { type } = value
  const invalid = (why: string): { readonly reply: HttpReply } => ({
    reply: textReply(400, `Failed to validate ${calls.name}: ${why}`),
  })
  if (typeof type !== 'string') return invalid("Expecting 'type' to be present")
  const name = type.toLowerCase()
  const body = value[name] as MessageValue | undefined
  if (calls.withBody.has(type) && body === undefined) {
    return invalid(`Expecting '${name}' to be present`)
  }
  const codec = acceptedCodec(request.headers)
  if (codec === undefined) return { reply: textReply(406, NOT_ACCEPTABLE) }
  if (type === 'UNKNOWN') return { reply: textReply(501, '501 Not Implemented.') }
  return { type, name, value, body, codec }
}

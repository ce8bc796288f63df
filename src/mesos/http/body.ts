import type { HttpReply, HttpRequest } from '../../platform/index.ts'
import { textReply, wrongMethod } from './answers.ts'
import { codecOf } from './media.ts'
import { jsonCodec, protobufCodec, type MessageType, type MessageValue } from './wire/index.ts'

/** The body of a POST in either encoding; or why it can't be one. Texts and their order are those of Mesos. */
export function readBody(
  request: HttpRequest,
  type: MessageType,
  isTerse = false,
): { readonly value: MessageValue } | { readonly reply: HttpReply } {
  if (request.method !== 'POST') return { reply: wrongMethod(['POST'], request.method) }
  const contentType = request.headers['content-type']
  if (contentType === undefined) {
    return { reply: textReply(400, "Expecting 'Content-Type' to be present") }
  }
  const codec = codecOf(contentType)
  if (codec === undefined) {
    const known = `${jsonCodec.mediaType} or ${protobufCodec.mediaType}`
    return { reply: textReply(415, `Expecting 'Content-Type' of ${known}`) }
  }
  const decoded = codec.decode(type, request.body)
  if (decoded.ok) return { value: decoded.value }
  return { reply: textReply(400, isTerse ? decoded.terse : decoded.problem) }
}

import type { HttpReply } from '../../platform/index.ts'
import { textReply } from './answers.ts'

/** JSONP, for pages of another origin: an answer of JSON as the call of the function that the query names, if it names one. */
export function withCallback(reply: HttpReply, query: URLSearchParams): HttpReply {
  const callback = query.get('jsonp')
  if (callback === null) return reply
  if (!/^[\w$.]{1,128}$/.test(callback)) {
    return textReply(400, `'${callback}' can't be the name of a function`)
  }
  const body = reply.body ?? new Uint8Array(0)
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript' },
    body: Buffer.concat([Buffer.from(`${callback}(`), body, Buffer.from(');')]),
  }
}

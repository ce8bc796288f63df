import type { HttpReply } from '../../platform/index.ts'

const encoder = new TextEncoder()

/** An answer of plain text, such as the reason of a refusal; without text it has no body. */
export function textReply(status: number, text = ''): HttpReply {
  if (text === '') return { status }
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: encoder.encode(text),
  }
}

/** An answer of JSON. */
export function jsonReply(value: unknown): HttpReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: encoder.encode(JSON.stringify(value)),
  }
}

/** 503: whoever was to say what the answer is did not. */
export const silent: HttpReply = textReply(503, 'The master does not answer')

/** 501: the endpoint is one of Mesos, and what is asked for is not done here. */
export function notImplemented(what: string): HttpReply {
  return textReply(501, `501 Not Implemented. ${what} is not supported by this master`)
}

/** 405: the endpoint takes other methods. */
export function wrongMethod(allowed: readonly string[], received: string): HttpReply {
  const list = allowed.map((method) => `'${method}'`).join(', ')
  const why = `Expecting one of { ${list} }, but received '${received}'.`
  const reply = textReply(405, `405 Method Not Allowed. ${why}`)
  return { ...reply, headers: { ...reply.headers, allow: allowed.join(', ') } }
}

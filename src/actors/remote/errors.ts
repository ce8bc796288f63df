import { PlatformError } from '../../platform/index.ts'
import { NodeError } from '../links/index.ts'

/** What a node answers to a connection it does not want; travels as a word of the handshake. */
export const refusalCodes = [
  'TROUPE_NODE_WRONG_SECRET',
  'TROUPE_NODE_PROTOCOL_VERSION',
  'TROUPE_NODE_QUARANTINED',
  'TROUPE_NODE_HANDSHAKE',
  'TROUPE_NODE_DUPLICATE_CONNECTION',
  'TROUPE_NODE_STOPPED',
  'TROUPE_NODE_ITSELF',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

const wayOut: Readonly<Record<RefusalCode, string>> = {
  TROUPE_NODE_WRONG_SECRET: 'the secrets differ: give both nodes the same one',
  TROUPE_NODE_PROTOCOL_VERSION:
    'the protocol versions differ: run versions of Troupe that go together',
  TROUPE_NODE_QUARANTINED:
    'this incarnation was given up after it had been out of reach too long: start its system anew',
  TROUPE_NODE_HANDSHAKE: 'the handshake was broken or late: is it a Troupe node?',
  TROUPE_NODE_DUPLICATE_CONNECTION: 'the two nodes are connected already',
  TROUPE_NODE_STOPPED: 'the node is closing',
  TROUPE_NODE_ITSELF: 'a node can’t join itself: use its own system',
}

/** The error of a refused connection, on either side. */
export function refusedError(code: RefusalCode, place: string, detail?: string): NodeError {
  return new NodeError(
    code,
    `no link to ${place}: ${wayOut[code]}${detail === undefined ? '' : ` (${detail})`}`,
    { data: detail === undefined ? { place } : { place, detail } },
  )
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return refusalCodes.includes(code as RefusalCode)
}

/** The short word of a failure to connect: `ECONNREFUSED`, or the message where there is none. */
export function reasonOf(error: unknown): string {
  if (error instanceof PlatformError) {
    const { reason } = error.data
    if (typeof reason === 'string') return reason
  }
  return error instanceof Error ? error.message : String(error)
}

import type { Address } from '../../platform/index.ts'
import { decodeAlone, encodeAlone } from '../codec/index.ts'
import { FRAME_HEAD_BYTES, LinkError } from '../links/index.ts'
import type { Lane, Received } from '../links/index.ts'
import { isRefusalCode } from './errors.ts'
import type { RefusalCode } from './errors.ts'

/** The version that this code speaks, and the oldest one that it understands. */
export const PROTOCOL_VERSION: number = 1
export const OLDEST_VERSION: number = 1

const MAGIC = 'troupe'
/** Frames are this small until the handshake is done, in bytes. */
export const MAX_HANDSHAKE_BYTES: number = 64 * 1024

/** The first word of either side. */
export interface Hello {
  readonly type: 'hello'
  readonly version: number
  readonly oldest: number
  readonly system: string
  readonly node: string
  readonly lane: Lane
  readonly address: Address | undefined
  /** Fresh random bytes: what is proved is proved for this connection only. */
  readonly nonce: Uint8Array
}

/** Knowledge of the secret and of tokens, and what was received on earlier connections. */
export interface Proof {
  readonly type: 'proof'
  readonly secret: Uint8Array | undefined
  readonly tokens: ReadonlyMap<string, Uint8Array>
  readonly received: Received
}

export interface Refused {
  readonly type: 'refused'
  readonly code: RefusalCode
  readonly detail: string
}

export type HandshakeWord = Hello | Proof | Refused

/** A word as a frame whose head is still to be filled in. */
export function encodeWord(word: HandshakeWord): Uint8Array {
  return encodeAlone(positional(word), FRAME_HEAD_BYTES)
}

function positional(word: HandshakeWord): unknown[] {
  switch (word.type) {
    case 'hello': {
      const { version, oldest, system, node, lane, address, nonce } = word
      return [
        MAGIC,
        'hello',
        version,
        oldest,
        system,
        node,
        lane,
        address?.host,
        address?.port,
        nonce,
      ]
    }
    case 'proof': {
      const { control, messages, bulk } = word.received
      return [MAGIC, 'proof', word.secret, [...word.tokens], control, messages, bulk]
    }
    case 'refused':
      return [MAGIC, 'refused', word.code, word.detail]
  }
}

/** @throws TROUPE_CODEC_UNDECODABLE, TROUPE_LINK_PROTOCOL */
export function decodeWord(body: Uint8Array): HandshakeWord {
  const value = decodeAlone(body)
  const word = Array.isArray(value) && value[0] === MAGIC ? parse(value) : undefined
  if (word !== undefined) return word
  throw new LinkError(
    'TROUPE_LINK_PROTOCOL',
    'no word of a handshake: the peer is no Troupe node',
    {
      data: { bytes: body.byteLength },
    },
  )
}

function parse([, type, ...words]: readonly unknown[]): HandshakeWord | undefined {
  switch (type) {
    case 'hello':
      return parseHello(words)
    case 'proof':
      return parseProof(words)
    case 'refused': {
      const [code, detail] = words
      return isRefusalCode(code) && typeof detail === 'string' ? { type, code, detail } : undefined
    }
    default:
      return undefined
  }
}

function parseHello(words: readonly unknown[]): Hello | undefined {
  const [version, oldest, system, node, lane, host, port, nonce] = words
  if (typeof version !== 'number' || typeof oldest !== 'number') return undefined
  // Of another version only what every version has is looked at.
  const isOurs = oldest <= PROTOCOL_VERSION && version >= OLDEST_VERSION
  if (typeof system !== 'string' || typeof node !== 'string') {
    return isOurs ? undefined : emptyHello(version, oldest)
  }
  if (lane !== 'messages' && lane !== 'bulk')
    return isOurs ? undefined : emptyHello(version, oldest)
  if (!(nonce instanceof Uint8Array) || nonce.byteLength < 16) {
    return isOurs ? undefined : emptyHello(version, oldest)
  }
  const address = typeof host === 'string' && typeof port === 'number' ? { host, port } : undefined
  return { type: 'hello', version, oldest, system, node, lane, address, nonce }
}

function emptyHello(version: number, oldest: number): Hello {
  return {
    type: 'hello',
    version,
    oldest,
    system: '',
    node: '',
    lane: 'messages',
    address: undefined,
    nonce: new Uint8Array(0),
  }
}

function parseProof(words: readonly unknown[]): Proof | undefined {
  const [secret, tokens, control, messages, bulk] = words
  if (secret !== undefined && !(secret instanceof Uint8Array)) return undefined
  if (typeof control !== 'number' || typeof messages !== 'number' || typeof bulk !== 'number') {
    return undefined
  }
  if (!Array.isArray(tokens)) return undefined
  const proofs = new Map<string, Uint8Array>()
  for (const pair of tokens as readonly unknown[]) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || !(pair[1] instanceof Uint8Array)) {
      return undefined
    }
    proofs.set(pair[0], pair[1])
  }
  return { type: 'proof', secret, tokens: proofs, received: { control, messages, bulk } }
}

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

/** Longest names, hosts and details, in characters; nonces and tokens' number. */
const MAX_NAME = 256
const MAX_DETAIL = 500
const MAX_NONCE_BYTES = 64
const MAX_TOKENS = 1_000

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
  const frame = encodeAlone(positional(word), FRAME_HEAD_BYTES)
  // What is left there is of other frames: it must not go to strangers.
  return frame.fill(0, 0, FRAME_HEAD_BYTES)
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
      if (!isRefusalCode(code) || typeof detail !== 'string') return undefined
      return { type, code, detail: printable(detail) }
    }
    default:
      return undefined
  }
}

function parseHello(words: readonly unknown[]): Hello | undefined {
  const [version, oldest, system, node, lane, host, port, nonce] = words
  if (!isCount(version) || !isCount(oldest)) return undefined
  // Of another version only what every version has is looked at.
  const isOurs = oldest <= PROTOCOL_VERSION && version >= OLDEST_VERSION
  if (!isOurs) return emptyHello(version, oldest)
  if (!isName(system) || !isName(node)) return undefined
  if (lane !== 'messages' && lane !== 'bulk') return undefined
  if (!(nonce instanceof Uint8Array) || nonce.byteLength < 16) return undefined
  if (nonce.byteLength > MAX_NONCE_BYTES) return undefined
  const address = isName(host) && isPort(port) ? { host, port } : undefined
  if (address === undefined && (host !== undefined || port !== undefined)) return undefined
  return { type: 'hello', version, oldest, system, node, lane, address, nonce }
}

/** Names end up in paths, keys and logs. */
function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= MAX_NAME && /^[^\s\u0000-\u001f]+$/.test(value)
  )
}

function isPort(value: unknown): value is number {
  return isCount(value) && value > 0 && value <= 65_535
}

/** How many of something there were. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A text of the other side as it may stand in a log. */
function printable(text: string): string {
  return text.slice(0, MAX_DETAIL).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
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
  if (!isCount(control) || !isCount(messages) || !isCount(bulk)) return undefined
  if (!Array.isArray(tokens) || tokens.length > MAX_TOKENS) return undefined
  const proofs = new Map<string, Uint8Array>()
  for (const pair of tokens as readonly unknown[]) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || !(pair[1] instanceof Uint8Array)) {
      return undefined
    }
    proofs.set(pair[0], pair[1])
  }
  return { type: 'proof', secret, tokens: proofs, received: { control, messages, bulk } }
}

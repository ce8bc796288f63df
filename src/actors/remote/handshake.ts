import { FRAME_HEAD_BYTES } from '../links/index.ts'
import type { Lane, Received } from '../links/index.ts'
import type { Address } from '../../platform/index.ts'
import type { Credentials } from './credentials.ts'
import type { RefusalCode } from './errors.ts'
import { OLDEST_VERSION, PROTOCOL_VERSION, decodeWord, encodeWord } from './handshake-words.ts'
import type { Hello, Proof } from './handshake-words.ts'

/** What one side says of itself. */
export interface Self {
  readonly system: string
  readonly node: string
  readonly address: Address | undefined
  readonly credentials: Credentials
}

/** The node's part in a handshake: what it knows of the other side, and whether it wants it. */
export interface HandshakeHost {
  /** What was received from that incarnation so far. */
  receivedFrom(node: string): Received
  /** Undefined to go on. */
  objection(
    peer: Hello,
    role: 'caller' | 'listener',
  ): { code: RefusalCode; detail: string } | undefined
  /** Whether that incarnation can have received so much of us. */
  canHaveReceived(node: string, received: Received): boolean
}

/** What a handshake came to. */
export interface Handshaken {
  readonly peer: Hello
  readonly received: Received
  readonly proved: readonly string[]
}

/** What to do next: frames to send, and the end if this was it. */
export interface HandshakeStep {
  readonly send: readonly Uint8Array[]
  readonly outcome?:
    | { readonly type: 'done'; readonly result: Handshaken }
    | {
        readonly type: 'refused'
        readonly code: RefusalCode
        readonly detail: string
        readonly by: 'us' | 'them'
      }
}

/**
 * A handshake, seen from one side:
 *
 *     caller   → hello                                  (nonce)
 *     listener → hello                                  (nonce)
 *     caller   → proof of the secret, of its tokens     over both hellos
 *     listener → the same, and frames may follow
 *
 * The caller proves first, so that a stranger gets nothing to guess secrets from.
 */
export class Handshake {
  readonly #role: 'caller' | 'listener'
  readonly #self: Self
  readonly #host: HandshakeHost
  readonly #nonce: Uint8Array
  #lane: Lane
  #ownHello: Uint8Array | undefined
  #peerHello: Uint8Array | undefined
  #peer: Hello | undefined

  constructor(
    role: 'caller' | 'listener',
    lane: Lane,
    self: Self,
    nonce: Uint8Array,
    host: HandshakeHost,
  ) {
    this.#role = role
    this.#lane = lane
    this.#self = self
    this.#nonce = nonce
    this.#host = host
  }

  /** The first step of the caller. */
  begin(): HandshakeStep {
    return { send: [this.#hello()] }
  }

  /** Takes the next frame. @throws TROUPE_CODEC_UNDECODABLE, TROUPE_LINK_PROTOCOL */
  step(frame: Uint8Array): HandshakeStep {
    const body = frame.subarray(FRAME_HEAD_BYTES)
    const word = decodeWord(body)
    switch (word.type) {
      case 'refused':
        return {
          send: [],
          outcome: { type: 'refused', code: word.code, detail: word.detail, by: 'them' },
        }
      case 'hello':
        if (this.#peer !== undefined) return this.#refuse('TROUPE_NODE_HANDSHAKE', 'a second hello')
        this.#peer = word
        this.#peerHello = body.slice()
        return this.#greeted(word)
      case 'proof':
        if (this.#peer === undefined) return this.#refuse('TROUPE_NODE_HANDSHAKE', 'no hello')
        return this.#proved(this.#peer, word)
    }
  }

  #greeted(peer: Hello): HandshakeStep {
    if (peer.oldest > PROTOCOL_VERSION || peer.version < OLDEST_VERSION) {
      return this.#refuse(
        'TROUPE_NODE_PROTOCOL_VERSION',
        `${String(peer.oldest)} to ${String(peer.version)} here, ${String(OLDEST_VERSION)} to ${String(PROTOCOL_VERSION)} there`,
      )
    }
    const { node } = this.#self
    if (peer.node === node) return this.#refuse('TROUPE_NODE_ITSELF', peer.system)
    if (this.#role === 'listener') {
      this.#lane = peer.lane
      return { send: [this.#hello()] }
    }
    // What the caller objects to, it says before it proves anything.
    const objection = this.#host.objection(peer, 'caller')
    if (objection !== undefined) return this.#refuse(objection.code, objection.detail)
    return { send: [this.#proof(peer)] }
  }

  #proved(peer: Hello, proof: Proof): HandshakeStep {
    const { credentials } = this.#self
    const theirs = this.#role === 'caller' ? 'listener' : 'caller'
    const transcript = this.#transcript()
    if (!credentials.isSecretProved(theirs, transcript, proof.secret)) {
      return this.#refuse('TROUPE_NODE_WRONG_SECRET', missing(credentials.hasSecret, proof.secret))
    }
    const send: Uint8Array[] = []
    if (this.#role === 'listener') {
      const objection = this.#host.objection(peer, 'listener')
      if (objection !== undefined) return this.#refuse(objection.code, objection.detail)
    }
    if (!this.#host.canHaveReceived(peer.node, proof.received)) {
      return this.#refuse('TROUPE_NODE_HANDSHAKE', 'more received than was sent')
    }
    if (this.#role === 'listener') {
      send.push(this.#proof(peer))
    }
    const proved = credentials.provedTokens(theirs, transcript, proof.tokens)
    return {
      send,
      outcome: { type: 'done', result: { peer, received: proof.received, proved } },
    }
  }

  #hello(): Uint8Array {
    const { system, node, address } = this.#self
    const frame = encodeWord({
      type: 'hello',
      version: PROTOCOL_VERSION,
      oldest: OLDEST_VERSION,
      system,
      node,
      lane: this.#lane,
      address,
      nonce: this.#nonce,
    })
    this.#ownHello = frame.slice(FRAME_HEAD_BYTES)
    return frame
  }

  #proof(peer: Hello): Uint8Array {
    const { credentials } = this.#self
    const transcript = this.#transcript()
    return encodeWord({
      type: 'proof',
      secret: credentials.proveSecret(this.#role, transcript),
      tokens: credentials.proveTokens(this.#role, transcript),
      received: this.#host.receivedFrom(peer.node),
    })
  }

  #transcript(): Uint8Array {
    const own = this.#ownHello ?? new Uint8Array(0)
    const theirs = this.#peerHello ?? new Uint8Array(0)
    return this.#role === 'caller'
      ? this.#self.credentials.transcript(own, theirs)
      : this.#self.credentials.transcript(theirs, own)
  }

  #refuse(code: RefusalCode, detail: string): HandshakeStep {
    return {
      send: [encodeWord({ type: 'refused', code, detail })],
      outcome: { type: 'refused', code, detail, by: 'us' },
    }
  }
}

function missing(haveOne: boolean, proof: Uint8Array | undefined): string {
  if (!haveOne) return 'one side has a secret, the other has none'
  return proof === undefined ? 'one side has a secret, the other has none' : 'not the same'
}

import type { AnyRef } from '../actor-ref.ts'
import type { Cell } from '../cell.ts'
import { ConnectionDecoder, plainCopy } from '../codec/index.ts'
import { isMalformed } from './admission.ts'
import { controls } from './controls.ts'
import { LinkError } from './errors.ts'
import type { Link } from './link.ts'
import type { Lane } from './remote-ref.ts'
import { FLAGS_AT, FRAME_HEAD_BYTES, RESET } from './transport.ts'
import { WireRefs } from './wire-refs.ts'

/** How many messages are taken between two acknowledgements at most. */
const ACKNOWLEDGE_EVERY = 4_096

/** What has been received so far; acknowledges, and after a reconnect tells what to send again. */
export interface Received {
  /** Number of the last control message. */
  readonly control: number
  /** User messages, by lane. */
  readonly messages: number
  readonly bulk: number
}

/** The receiving side of a link: decodes frames, hands messages to their actors, obeys control messages once. */
export class Inbox {
  readonly #link: Link
  readonly #decoders: Record<Lane, ConnectionDecoder | undefined> = {
    messages: undefined,
    bulk: undefined,
  }
  readonly #received = { control: 0, messages: 0, bulk: 0 }
  #sinceAcknowledgement = 0

  constructor(link: Link) {
    this.#link = link
  }

  get received(): Received {
    return { ...this.#received }
  }

  /** A new connection: nothing of the old one's dictionary holds. */
  attach(lane: Lane): void {
    this.#decoders[lane] = new ConnectionDecoder(new WireRefs(this.#link), this.#link.isTrusted)
  }

  detach(lane: Lane): void {
    this.#decoders[lane] = undefined
  }

  acknowledged(): Received {
    this.#sinceAcknowledgement = 0
    return this.#received
  }

  /** @throws TROUPE_CODEC_UNDECODABLE, TROUPE_LINK_PROTOCOL: close the connection. */
  receive(lane: Lane, frame: Uint8Array): void {
    if (((frame[FLAGS_AT] ?? 0) & RESET) !== 0) this.attach(lane)
    const decoder = this.#decoders[lane]
    if (decoder === undefined) return
    const batch = decoder.decode(frame, FRAME_HEAD_BYTES)
    if (!Array.isArray(batch) || (batch.length & 1) !== 0) throw this.#broken('no batch', batch)
    const { hub } = this.#link
    hub.receiving = this.#link
    hub.core.arrivingBytes = Math.ceil((2 * frame.byteLength) / batch.length)
    try {
      this.#deliver(lane, batch)
    } finally {
      hub.core.arrivingBytes = 0
      hub.receiving = undefined
    }
  }

  #deliver(lane: Lane, batch: readonly unknown[]): void {
    const link = this.#link
    const { exports } = link.hub.core
    let messages = 0
    for (let i = 0; i < batch.length; i += 2) {
      const to = batch[i]
      const payload = batch[i + 1]
      if (typeof to !== 'number') throw this.#broken('no recipient', to)
      if (to === 0) {
        this.#hear(payload)
        continue
      }
      messages++
      const recipient = to > 0 ? exports.get(to) : link.children.recipient(-to)
      if (recipient === undefined) this.#unknown(to, payload)
      else if (isMalformed(recipient, payload))
        this.#refuse(recipient as Cell, payload, 'malformed')
      else {
        try {
          recipient.tell(payload)
        } catch (error) {
          // An adapter's translation, or a size function: its owner's fault, not the link's.
          const path = `${link.hub.core.rootPath}?number=${String(to)}`
          link.hub.core.events.publish({ type: 'FailureIgnored', path, error })
        }
      }
    }
    this.#received[lane] += messages
    this.#sinceAcknowledgement += messages
    if (this.#sinceAcknowledgement >= ACKNOWLEDGE_EVERY) link.acknowledgeSoon()
  }

  #unknown(to: number, payload: unknown): void {
    this.#refuse(this.#link.endedRef(to, undefined), payload, 'no-such-actor')
  }

  #refuse(recipient: AnyRef, payload: unknown, reason: 'no-such-actor' | 'malformed'): void {
    const { core } = this.#link.hub
    core.ledger.sent++
    core.deadLetter(payload, recipient, reason)
  }

  #hear(payload: unknown): void {
    if (!Array.isArray(payload) || typeof payload[0] !== 'number') {
      throw this.#broken('no control message', payload)
    }
    const [number, kind, ...words] = payload as unknown as readonly [number, ...unknown[]]
    if (number === 0) {
      if (!this.#link.heardAcknowledgement(kind, words[0], words[1])) {
        throw this.#broken('acknowledgement', payload)
      }
      return
    }
    if (number <= this.#received.control) return
    const known =
      typeof kind === 'string' && Object.hasOwn(controls, kind) ? controls[kind] : undefined
    if (known === undefined || number !== this.#received.control + 1) {
      throw this.#broken(`control message ${String(number)} '${String(kind)}'`, payload)
    }
    this.#received.control = number
    this.#link.acknowledgeSoon()
    if (!known(this.#link, words)) throw this.#broken(`words of '${String(kind)}'`, payload)
  }

  #broken(what: string, value: unknown): LinkError {
    const { label } = this.#link.peer
    return new LinkError(
      'TROUPE_LINK_PROTOCOL',
      `${label} sent what no node of this version sends (${what}): the connection is closed`,
      { data: { peer: label, what, value: plainCopy(value) } },
    )
  }
}

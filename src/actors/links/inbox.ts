import type { AnyRef } from '../actor-ref.ts'
import type { Cell } from '../cell.ts'
import type { Exported } from '../system-core.ts'
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

/** How many bytes are taken between two acknowledgements at most; well below what a sender may have on the way. */
const ACKNOWLEDGE_EVERY_BYTES = 1024 * 1024

/** What has been received so far; acknowledges, and after a reconnect tells what to send again. */
export interface Received {
  /** Number of the last control message. */
  readonly control: number
  /** User messages, by lane. */
  readonly messages: number
  readonly bulk: number
}

/** How many of something there were, if it is that. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
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
  #bytesSinceAcknowledgement = 0

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

  /** What has been received, as the word of the runtime that tells it. */
  acknowledgement(): readonly number[] {
    this.#sinceAcknowledgement = 0
    this.#bytesSinceAcknowledgement = 0
    const { control, messages, bulk } = this.#received
    return [0, control, messages, bulk]
  }

  /** @throws TROUPE_CODEC_UNDECODABLE, TROUPE_LINK_PROTOCOL: close the connection. */
  receive(lane: Lane, frame: Uint8Array): void {
    if (((frame[FLAGS_AT] ?? 0) & RESET) !== 0) this.attach(lane)
    const decoder = this.#decoders[lane]
    if (decoder === undefined) return
    const batch = decoder.decode(frame, FRAME_HEAD_BYTES)
    if (!Array.isArray(batch) || (batch.length & 1) !== 0) throw this.#broken('no batch', batch)
    const { hub } = this.#link
    this.#bytesSinceAcknowledgement += frame.byteLength
    hub.receiving = this.#link
    hub.core.arrivingBytes = Math.ceil((2 * frame.byteLength) / batch.length)
    try {
      this.#deliver(lane, batch)
      hub.circles.lookAtArrived()
    } finally {
      hub.core.arrivingBytes = 0
      hub.receiving = undefined
    }
  }

  #deliver(lane: Lane, batch: readonly unknown[]): void {
    let messages = 0
    try {
      for (let i = 0; i < batch.length; i += 2) {
        const to = batch[i]
        const payload = batch[i + 1]
        if (to === 0) {
          this.#hear(payload)
          continue
        }
        if (typeof to === 'number') this.#hand(to, payload)
        else this.#handOffered(lane, to, payload)
        // Only what was a message: who counts more than was sent is never let in again.
        messages++
      }
    } finally {
      // What was handed on before a broken word was received all the same.
      this.#received[lane] += messages
      this.#sinceAcknowledgement += messages
    }
    const isDue =
      this.#sinceAcknowledgement >= ACKNOWLEDGE_EVERY ||
      this.#bytesSinceAcknowledgement >= ACKNOWLEDGE_EVERY_BYTES
    if (isDue) this.#link.acknowledgeSoon()
  }

  #hand(to: number, payload: unknown): void {
    const recipient = this.#recipient(to)
    if (recipient === undefined) this.#unknown(to, payload)
    else if (isMalformed(recipient, payload)) {
      this.#refuse(recipient as Cell, payload, 'malformed')
    } else {
      try {
        recipient.tell(payload)
      } catch (error) {
        this.#ignored(to, error)
      }
    }
  }

  #recipient(to: number): Exported | undefined {
    const { hub, children } = this.#link
    return to > 0 ? hub.core.exports.get(to) : children.recipient(-to)
  }

  /** A message whose place is reserved; each once, however often it was sent. */
  #handOffered(lane: Lane, address: unknown, payload: unknown): void {
    const [to, offer] = Array.isArray(address) ? (address as readonly unknown[]) : []
    if (!isWhole(to) || to === 0 || !isWhole(offer) || offer <= 0) {
      throw this.#broken('no recipient', address)
    }
    const { flows } = this.#link
    if (!flows.isNew(lane, offer)) return
    const recipient = this.#recipient(to)
    if (recipient !== undefined && isMalformed(recipient, payload)) {
      flows.yielded(to, 1)
      this.#refuse(recipient as Cell, payload, 'malformed')
      return
    }
    try {
      if (flows.deliver(to, payload)) return
    } catch (error) {
      this.#ignored(to, error)
      return
    }
    this.#hand(to, payload)
  }

  /** An adapter's translation, or a size function: its owner's fault, not the link's. */
  #ignored(to: number, error: unknown): void {
    const { core } = this.#link.hub
    const path = `${core.rootPath}?number=${String(to)}`
    core.events.publish({ type: 'FailureIgnored', path, error })
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

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

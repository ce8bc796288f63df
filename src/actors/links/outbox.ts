import { ConnectionEncoder } from '../codec/index.ts'
import type { RefCodec } from '../codec/index.ts'
import type { Dispatcher } from '../dispatcher.ts'
import type { ControlEntry } from './control-log.ts'
import type { LinkLimits } from './link-options.ts'
import type { OfferAddress } from './flows.ts'
import { FLAGS_AT, FRAME_HEAD_BYTES, RESET } from './transport.ts'
import type { Transport } from './transport.ts'

/**
 * A batch: recipient, payload, recipient, payload … Recipient 0 is the runtime itself; an {@link OfferAddress} says that
 * the message has a place reserved.
 */
export type Batch = unknown[]

/** What an outbox needs of its link. */
export interface OutboxHost {
  readonly dispatcher: Dispatcher
  readonly limits: LinkLimits
  /** Refs as a new connection writes them. */
  newRefs(): RefCodec
  controlSent(entry: ControlEntry): void
  /** A message that can't travel has been taken out. */
  refused(to: number | OfferAddress, payload: unknown, cause: unknown): void
  /** An offered message has been given to the connection, as message number `sentAs` of this outbox. */
  offerSent(address: OfferAddress, sentAs: number): void
  /** A word of the runtime can't travel: makes something of it that can, in place. */
  controlRefused(entry: ControlEntry, cause: unknown): void
}

/** Messages that go into one frame at most; fewer once they prove to be large. */
const BATCH_MESSAGES = 256
const FRAME_TARGET_BYTES = 64 * 1024

/**
 * What waits for one connection of a link. Messages are encoded when they leave: at the end of the
 * dispatcher's slice, or as soon as a batch is full; so a lone message leaves at once and a flood in large frames.
 */
export class Outbox {
  readonly #host: OutboxHost
  #open: Batch = []
  #sealed: Batch[] = []
  #entriesPerBatch = BATCH_MESSAGES * 2
  #isFlushDue = false
  #isDraining = false
  #isBlocked = false
  #transport: Transport | undefined
  #encoder: ConnectionEncoder | undefined
  #flags = 0
  /** Why the last encode failed. */
  #cause: unknown
  /** How many messages may wait: as given, and as far as their sizes are known. */
  #maxQueued: number
  /** Frames on their way where the transport has no bound: messages sent with the last of each, and its bytes. */
  #onTheWay: { readonly sent: number; readonly bytes: number }[] = []
  #bytesOnTheWay = 0
  /** User messages that wait. */
  queued = 0
  /** User messages given to connections so far. */
  sent = 0

  constructor(host: OutboxHost) {
    this.#host = host
    this.#maxQueued = host.limits.maxQueuedMessages
  }

  /** Takes a user message; false if the queue is full. */
  post(to: number, payload: unknown): boolean {
    if (this.queued >= this.#maxQueued) return false
    this.queued++
    this.#push(to, payload)
    return true
  }

  /** Takes a message whose place is reserved; never refused, since there are no more of these than places. */
  postOffered(to: OfferAddress, payload: unknown): void {
    this.queued++
    this.#push(to, payload)
  }

  /** Takes a waiting message back; false if it has left. */
  withdraw(to: OfferAddress): boolean {
    for (const batch of [...this.#sealed, this.#open]) {
      const at = batch.indexOf(to)
      if (at < 0) continue
      batch.splice(at, 2)
      this.queued--
      return true
    }
    return false
  }

  /** Tells what was received: in line, or at once where the line stands still; else both sides could wait for ever. */
  postAcknowledgement(words: readonly unknown[]): void {
    if (!this.#isBlocked || this.#transport === undefined) this.#push(0, words)
    // If there is room by now, nobody else will say so: the connection was asked once more meanwhile.
    else if (this.#write([0, words], this.#transport)) this.drained()
  }

  /** The other side has got that many messages. */
  acknowledged(count: number): void {
    const frames = this.#onTheWay
    let done = 0
    for (const { sent, bytes } of frames) {
      if (sent > count) break
      done++
      this.#bytesOnTheWay -= bytes
    }
    if (done === 0) return
    frames.splice(0, done)
    if (this.#isBlocked && this.#isWindowOpen) this.drained()
  }

  get #isWindowOpen(): boolean {
    return this.#bytesOnTheWay < (this.#transport?.windowBytes ?? Number.POSITIVE_INFINITY)
  }

  /** A message would leave with the next slice. */
  get isReady(): boolean {
    return this.#transport !== undefined && !this.#isBlocked
  }

  /** Takes a word of the runtime; never refused. */
  postControl(words: readonly unknown[]): void {
    this.#push(0, words)
  }

  /** A sign of life on a connection that has nothing to say. */
  beat(words: readonly unknown[]): void {
    if (this.#transport !== undefined) this.postAcknowledgement(words)
  }

  #push(to: number | OfferAddress, payload: unknown): void {
    const batch = this.#open
    batch.push(to, payload)
    if (batch.length >= this.#entriesPerBatch) {
      this.#sealed.push(batch)
      this.#open = []
      this.#drain()
    } else if (!this.#isFlushDue) {
      this.#isFlushDue = true
      this.#host.dispatcher.atSliceEnd(this.#flush)
    }
  }

  readonly #flush = (): void => {
    this.#isFlushDue = false
    if (this.#open.length > 0) {
      this.#sealed.push(this.#open)
      this.#open = []
    }
    this.#drain()
  }

  /** A new connection: `first` goes ahead of all that waits. */
  attach(transport: Transport, first: Batch): void {
    this.#transport = transport
    this.#encoder = new ConnectionEncoder(this.#host.newRefs())
    this.#flags = 0
    this.#isBlocked = false
    this.#onTheWay = []
    this.#bytesOnTheWay = 0
    if (first.length > 0) {
      for (let i = 0; i < first.length; i += 2) if (first[i] !== 0) this.queued++
      this.#sealed.unshift(first)
    }
    this.#flush()
  }

  /** The connection is gone; what waits goes on waiting. */
  detach(): void {
    this.#transport = undefined
    this.#encoder = undefined
  }

  get isAttached(): boolean {
    return this.#transport !== undefined
  }

  /** The connection takes frames again. */
  drained(): void {
    this.#isBlocked = false
    this.#drain()
  }

  /** Takes back everything that waits: the link is lost. */
  takeAll(): Batch {
    const all = [...this.#sealed.flat(), ...this.#open]
    this.#sealed = []
    this.#open = []
    this.queued = 0
    return all
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      while (this.#sealed.length > 0 && this.#transport !== undefined && !this.#isBlocked) {
        const batch = this.#sealed.shift() as Batch
        const written = this.#write(batch, this.#transport)
        if (!written) this.#isBlocked = true
      }
    } finally {
      this.#isDraining = false
    }
  }

  /** Sends a batch as one frame, or as more where one would be too large; false if the transport is full. */
  #write(batch: Batch, transport: Transport): boolean {
    const frame = this.#encode(batch)
    if (frame === undefined) {
      const sound = this.#weed(batch)
      return sound.length === 0 || this.#write(sound, transport)
    }
    const messages = batch.length / 2
    if (frame.byteLength - FRAME_HEAD_BYTES > this.#host.limits.maxFrameBytes) {
      this.#renew()
      if (messages === 1) {
        const left = this.#refuse(batch[0] as number | OfferAddress, batch[1], undefined)
        return left.length === 0 || this.#write(left, transport)
      }
      const middle = (messages >> 1) * 2
      const isFree = this.#write(batch.slice(0, middle), transport)
      return this.#write(batch.slice(middle), transport) && isFree
    }
    this.#adapt(frame.byteLength, messages)
    frame[FLAGS_AT] = this.#flags
    this.#flags = 0
    this.#countSent(batch)
    return this.#send(frame, transport)
  }

  #send(frame: Uint8Array, transport: Transport): boolean {
    if (transport.windowBytes === undefined) return transport.send(frame)
    const bytes = frame.byteLength
    this.#onTheWay.push({ sent: this.sent, bytes })
    this.#bytesOnTheWay += bytes
    return transport.send(frame) && this.#isWindowOpen
  }

  #encode(batch: Batch): Uint8Array | undefined {
    if (this.#encoder?.isWorn === true) this.#renew()
    try {
      return this.#encoder?.encode(batch, FRAME_HEAD_BYTES)
    } catch (cause) {
      this.#cause = cause
      this.#renew()
      return undefined
    }
  }

  /** Both sides begin anew with the next frame: what was encoded last does not arrive, or numbers have run out. */
  #renew(): void {
    this.#flags = RESET
    this.#encoder = new ConnectionEncoder(this.#host.newRefs())
  }

  /** Takes out what can't be encoded. */
  #weed(batch: Batch): Batch {
    const sound: Batch = []
    for (let i = 0; i < batch.length; i += 2) {
      const pair = [batch[i], batch[i + 1]]
      if (this.#encode(pair) !== undefined) sound.push(...pair)
      else {
        const to = batch[i] as number | OfferAddress
        sound.push(...this.#refuse(to, batch[i + 1], this.#cause))
      }
    }
    this.#renew()
    return sound
  }

  /** What is left of it to send. */
  #refuse(to: number | OfferAddress, payload: unknown, cause: unknown): Batch {
    if (to === 0) {
      this.#host.controlRefused(payload as ControlEntry, cause)
      return [0, payload]
    }
    this.queued--
    this.#host.refused(to, payload, cause)
    return []
  }

  #adapt(frameBytes: number, messages: number): void {
    const { maxQueuedMessages, maxQueuedBytes } = this.#host.limits
    const fittingQueue = Math.max(1, Math.floor((maxQueuedBytes * messages) / frameBytes))
    this.#maxQueued = Math.min(maxQueuedMessages, fittingQueue)
    const fitting = Math.floor((FRAME_TARGET_BYTES * messages) / frameBytes)
    const target = Math.min(BATCH_MESSAGES, Math.max(1, fitting)) * 2
    // Down at once, up slowly: one large message among small ones is the rule, not the exception.
    this.#entriesPerBatch =
      target < this.#entriesPerBatch
        ? target
        : Math.min(target, this.#entriesPerBatch + Math.max(2, this.#entriesPerBatch >> 1))
    this.#entriesPerBatch += this.#entriesPerBatch & 1
  }

  #countSent(batch: Batch): void {
    let messages = 0
    for (let i = 0; i < batch.length; i += 2) {
      const to = batch[i]
      if (to === 0) {
        this.#host.controlSent(batch[i + 1] as ControlEntry)
        continue
      }
      messages++
      if (typeof to === 'object') {
        this.#host.offerSent(to as OfferAddress, this.sent + messages)
      }
    }
    this.queued -= messages
    this.sent += messages
  }
}

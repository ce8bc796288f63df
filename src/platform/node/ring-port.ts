import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { SharedRing } from './shared-ring.ts'
import { transferable } from './thread-port.ts'
import type { NodeThreadPort } from './thread-port.ts'
import { wakefulness } from './wakefulness.ts'

/** First in, first out; taking from a long one costs the same as from a short one. */
class Queue<T> {
  #items: T[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  at(index: number): T | undefined {
    return this.#items[this.#head + index]
  }

  /** Takes the first `count` items off; gives the first of them. */
  shift(count: number = 1): T | undefined {
    const first = this.#items[this.#head]
    this.#head += count
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}

/** While frames keep coming, the event loop gets a turn at least this often. */
const LONGEST_STRETCH_MS = 0.2

/** What goes through the message channel beside the ring: a bell, or an item in its turn. */
type Aside = typeof BELL | { readonly value: unknown }
const BELL = 0

const settled = Promise.resolve()

export interface RingPortParts {
  readonly channel: MessagePort
  readonly outgoing: SharedRing
  readonly incoming: SharedRing
  /** How long to look for more before parking, in milliseconds; 0 parks at once. */
  readonly spinMs: number
}

/**
 * A thread port over two shared rings. Bytes go through the ring; values, and frames too large for
 * it, go through the message channel, with a mark in the ring that keeps their place. What finds no
 * room waits in order on this side. A consumer that has run dry looks on for a while, then parks:
 * from then on the producer rings it by a message. Between two batches of frames all microtasks
 * run.
 */
export class RingPort implements NodeThreadPort {
  readonly #channel: MessagePort
  readonly #outgoing: SharedRing
  readonly #incoming: SharedRing
  readonly #spinMs: number
  #handler: ((value: unknown) => void) | undefined
  /** Items whose mark was not reached yet. */
  readonly #asides: Queue<unknown> = new Queue()
  /** What found no room: bytes, or undefined for a mark. */
  readonly #backlog: Queue<Uint8Array | undefined> = new Queue()
  /** Whether a poll is under way or due; otherwise parked, or at a mark whose item is missing. */
  #isAwake = false
  #isMarkMissing = false
  #stretchStartMs = 0

  constructor(parts: RingPortParts) {
    this.#channel = parts.channel
    this.#outgoing = parts.outgoing
    this.#incoming = parts.incoming
    this.#spinMs = parts.spinMs
    this.#channel.on('message', (aside: Aside) => this.#heard(aside))
    // Bells about room must be heard by a side that only sends; they alone keep no thread alive.
    this.#channel.unref()
  }

  post(bytes: Uint8Array): void {
    if (bytes.byteLength > this.#outgoing.largestFrameBytes) {
      const whole = transferable(bytes)
      this.#aside(whole, [whole.buffer])
    } else {
      this.#send(bytes)
    }
  }

  postValue(value: unknown, transfer: readonly unknown[] = []): void {
    this.#aside(value, [...transfer] as ArrayBuffer[])
  }

  handle(handler: (value: unknown) => void): void {
    this.#handler = handler
    this.#channel.ref()
    // What waits is handed over later, as by a message channel: the caller may not be ready yet.
    void settled.then(() => this.#wake())
  }

  close(): void {
    this.#handler = undefined
    this.#channel.close()
  }

  drainAtEnd(): void {
    if (this.#handler === undefined) return
    for (;;) {
      const received = receiveMessageOnPort(this.#channel) as { message: Aside } | undefined
      if (received === undefined) break
      if (received.message !== BELL) this.#asides.push(received.message.value)
    }
    this.#drain()
  }

  #aside(value: unknown, transfer: ArrayBuffer[]): void {
    this.#channel.postMessage({ value }, transfer)
    this.#send(undefined)
  }

  #send(bytes: Uint8Array | undefined): void {
    if (this.#backlog.length > 0 || !this.#write(bytes)) {
      // The caller may use the rest of its buffer again; what waits must not change under it.
      this.#backlog.push(bytes === undefined ? undefined : new Uint8Array(bytes))
      if (this.#backlog.length === 1) this.#flushBacklog()
      return
    }
    this.#publish()
  }

  #write(bytes: Uint8Array | undefined): boolean {
    return bytes === undefined ? this.#outgoing.writeMark() : this.#outgoing.write(bytes)
  }

  #publish(): void {
    if (this.#outgoing.publish()) {
      this.#channel.postMessage(BELL)
      wakefulness.sent()
    }
  }

  /** Writes what waits as far as there is room. The wish for a bell comes before the last look. */
  #flushBacklog(): void {
    this.#outgoing.wait()
    const backlog = this.#backlog
    let written = 0
    while (written < backlog.length && this.#write(backlog.at(written))) written += 1
    backlog.shift(written)
    this.#publish()
  }

  #heard(aside: Aside): void {
    wakefulness.heard()
    if (aside !== BELL) this.#asides.push(aside.value)
    if (this.#backlog.length > 0) this.#flushBacklog()
    this.#wake()
  }

  #wake(): void {
    if (this.#isAwake || this.#handler === undefined) return
    this.#isAwake = true
    this.#stretchStartMs = performance.now()
    this.#poll()
  }

  #poll(): void {
    let isDone = false
    try {
      isDone = !this.#drain() && (this.#isMarkMissing || (!this.#spin() && this.#incoming.park()))
    } finally {
      // Also after a handler's throw, if anyone survives it.
      this.#isAwake = !isDone && this.#handler !== undefined
      if (this.#isAwake) this.#pollAgain()
    }
  }

  /**
   * After the microtasks that the frames have set off, and now and then after a turn of the event
   * loop.
   */
  #pollAgain(): void {
    if (performance.now() - this.#stretchStartMs < LONGEST_STRETCH_MS) void settled.then(this.#soon)
    else setImmediate(this.#afterTurn)
  }

  /** Ticks go before microtasks, unless they come out of one: then all of those run first. */
  readonly #soon = (): void => process.nextTick(this.#pollNow)

  readonly #pollNow = (): void => this.#poll()

  readonly #afterTurn = (): void => {
    this.#stretchStartMs = performance.now()
    this.#poll()
  }

  /** Whether anything was handled. */
  #drain(): boolean {
    this.#isMarkMissing = false
    try {
      return this.#incoming.drain(this.#onFrame, this.#onMark) > 0
    } finally {
      if (this.#incoming.release()) this.#channel.postMessage(BELL)
    }
  }

  readonly #onFrame = (bytes: Uint8Array): void => this.#handler?.(bytes)

  /** False while the item is still on its way; its arrival then wakes this side. */
  readonly #onMark = (): boolean => {
    this.#isMarkMissing = this.#asides.length === 0
    if (this.#isMarkMissing) return false
    this.#handler?.(this.#asides.shift())
    return true
  }

  #spin(): boolean {
    if (this.#spinMs === 0) return false
    const endMs = performance.now() + this.#spinMs
    do {
      if (!this.#incoming.isEmpty) return true
    } while (performance.now() < endMs)
    return false
  }
}

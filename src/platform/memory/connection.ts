import { connectionLost } from '../errors.ts'
import type { Address, Connection, ConnectionHandlers } from '../network.ts'
import type { MemoryNode } from './memory-node.ts'

/** Bytes under way to the peer above which `write` asks its caller to wait for `drain`. */
const WRITE_QUEUE_LIMIT_BYTES = 1024 * 1024

const nothing: Uint8Array = new Uint8Array(0)

type Parcel = { readonly type: 'bytes'; readonly bytes: Uint8Array } | { readonly type: 'end' }

/** Carries a parcel from one node to another: in order, after the delay of the link. */
export interface Wire {
  /** When the last parcel of this direction is due; the next is never sooner. */
  lastDueMs: number
  /** When a slow link has put the last parcel of this direction on its way. */
  freeAtMs: number
  /** What one `write` becomes on its way. */
  segments(bytes: Uint8Array): readonly Uint8Array[]
  send(from: MemoryNode, to: MemoryNode, wire: Wire, bytes: Uint8Array, deliver: () => void): void
}

export interface EndpointPlace {
  readonly node: MemoryNode
  readonly local: Address
  readonly remote: Address
  readonly wire: Wire
}

/** One side of a connection in memory. */
export class MemoryConnection implements Connection {
  readonly node: MemoryNode
  readonly local: Address
  readonly remote: Address
  readonly #wire: Wire
  #peer: MemoryConnection | undefined
  #handlers: ConnectionHandlers | undefined
  /** Parcels that arrived and were not handled yet: no handlers, or paused. */
  #arrived: Parcel[] = []
  /** Parcels on their way to the peer; only a reset loses them. */
  #underWay: { isLost: boolean }[] = []
  #queuedBytes = 0
  #isDrainAwaited = false
  #isWritable = true
  #isPaused = false
  #isClosed = false
  #isMute = false
  #error: Error | undefined
  #forgetNode: () => void

  constructor(place: EndpointPlace) {
    this.node = place.node
    this.local = place.local
    this.remote = place.remote
    this.#wire = place.wire
    this.node.holds += 1
    this.#forgetNode = this.node.atEnd(() => this.destroy())
  }

  /** Joins two sides; before that neither may be used. */
  static join(a: MemoryConnection, b: MemoryConnection): void {
    a.#peer = b
    b.#peer = a
  }

  get peer(): MemoryConnection | undefined {
    return this.#peer
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#isWritable) return true
    for (const segment of this.#wire.segments(bytes)) {
      // A copy: the two sides must not come to share memory that sockets would not share.
      this.#send({ type: 'bytes', bytes: new Uint8Array(segment) })
    }
    this.#queuedBytes += bytes.byteLength
    this.#isDrainAwaited ||= this.#queuedBytes >= WRITE_QUEUE_LIMIT_BYTES
    return this.#queuedBytes < WRITE_QUEUE_LIMIT_BYTES
  }

  end(): void {
    if (!this.#isWritable) return
    this.#isWritable = false
    this.#send({ type: 'end' })
  }

  destroy(error?: Error): void {
    if (this.#isClosed) return
    const isEndSent = !this.#isWritable
    this.#isWritable = false
    this.#error ??= error
    this.#close()
    if (!isEndSent) this.#send({ type: 'end' })
  }

  abort(): void {
    this.#peer?.reset()
    this.reset()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.node.microtask(() => this.#handleArrived())
  }

  handle(handlers: ConnectionHandlers): void {
    this.#handlers = handlers
    // Who closes it later tells the handlers.
    const wasClosed = this.#isClosed
    this.node.microtask(() => {
      if (wasClosed) handlers.closed(this.#error)
      else this.#handleArrived()
    })
  }

  /** Ends this side as a loss of power does: the peer hears nothing. */
  vanish(): void {
    if (this.#isClosed) return
    this.#isWritable = false
    this.#close()
  }

  /** From now on nothing that it sends arrives, and what is under way is lost; neither side is told. */
  mute(): void {
    this.#isMute = true
    for (const parcel of this.#underWay) parcel.isLost = true
  }

  /** Breaks this side at once, as a reset packet does; what is under way is lost. */
  reset(): void {
    if (this.#isClosed) return
    for (const parcel of this.#underWay) parcel.isLost = true
    this.#isWritable = false
    this.#error ??= connectionLost(this.remote, 'ECONNRESET')
    this.#close()
  }

  #send(parcel: Parcel): void {
    const peer = this.#peer
    if (peer === undefined) return
    const flight = { isLost: false }
    if (this.#isMute) return
    this.#underWay.push(flight)
    const bytes = parcel.type === 'bytes' ? parcel.bytes : nothing
    this.#wire.send(this.node, peer.node, this.#wire, bytes, () => {
      this.#underWay.shift()
      if (!flight.isLost) peer.#receive(parcel)
    })
  }

  #receive(parcel: Parcel): void {
    if (this.#isClosed) return
    this.#arrived.push(parcel)
    this.#handleArrived()
  }

  #handleArrived(): void {
    while (!this.#isClosed && !this.#isPaused && this.#handlers !== undefined) {
      const parcel = this.#arrived.shift()
      if (parcel === undefined) return
      switch (parcel.type) {
        case 'bytes':
          if (this.#peer !== undefined) this.#peer.#wasTaken(parcel.bytes.byteLength)
          this.#handlers.data(parcel.bytes)
          break
        case 'end':
          this.end()
          this.#close()
          break
      }
    }
  }

  #wasTaken(bytes: number): void {
    this.#queuedBytes -= bytes
    if (this.#isDrainAwaited && this.#queuedBytes === 0) {
      this.#isDrainAwaited = false
      this.node.macrotask(() => {
        if (!this.#isClosed) this.#handlers?.drain?.()
      })
    }
  }

  #close(): void {
    this.#isClosed = true
    this.#arrived = []
    this.node.holds -= 1
    this.#forgetNode()
    const handlers = this.#handlers
    if (handlers !== undefined) this.node.macrotask(() => handlers.closed(this.#error))
  }
}

import type { Timer } from '../../platform/index.ts'
import type { Lane, Link, Received } from '../links/index.ts'
import { FailureDetector } from './failure-detector.ts'
import type { FramedConnection } from './framed-connection.ts'
import type { ResolvedNodeOptions } from './options.ts'

export type AssociationState = 'connecting' | 'up' | 'unreachable' | 'lost'

/** What an association needs of its node. */
export interface AssociationHost {
  readonly options: ResolvedNodeOptions
  now(): number
  setTimer(delayMs: number, fn: () => void): Timer
  jitter(): number
  /** Opens a connection and, if all goes well, comes back with it through `attach`. */
  dial(association: Association, lane: Lane): void
  changed(association: Association, reason: string): void
  lost(association: Association, reason: string): void
}

interface Attached {
  readonly connection: FramedConnection
  readonly byUs: boolean
  readonly sinceMs: number
  /** Each connection has a life of its own: what comes over one says nothing of the other. */
  readonly detector: FailureDetector
  heardSinceTick: boolean
}

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 3_000
/** How long a connection that we end may take for it, in ms. */
const LINGER_MS = 5_000

/**
 * The connections of one link: one for messages and control, one for bulk when it is wanted. Watches heartbeats,
 * dials again after a loss while the peer is known to listen, and gives the peer up when its time is over.
 *
 * A peer that has children here counts its limit from the end of its own last connection for messages. Whatever comes over
 * such a connection after the handshake was sent while the peer had it, so before that limit began: the lease of its children
 * runs from then. When we notice the silence, or a connection that the peer knows nothing of, says nothing about its limit.
 */
export class Association {
  readonly link: Link
  state: AssociationState = 'connecting'
  readonly #host: AssociationHost
  readonly #attached: Record<Lane, Attached | undefined> = { messages: undefined, bulk: undefined }
  readonly #dialing: Record<Lane, boolean> = { messages: false, bulk: false }
  #lastTickMs: number
  #beat: Timer | undefined
  readonly #retry: Record<Lane, Timer | undefined> = { messages: undefined, bulk: undefined }
  readonly #retryMs: Record<Lane, number> = { messages: FIRST_RETRY_MS, bulk: FIRST_RETRY_MS }
  #isBulkAskedFor = false
  #limit: Timer | undefined
  #lease: Timer | undefined
  /** When something came last over a connection for messages that both sides had. */
  #heardMs: number
  #refusals = 0
  #wasUp = false
  /** It has listened at its address: when nobody does any more, it is gone. */
  #isKnownToListen = false

  constructor(host: AssociationHost, link: Link) {
    this.#host = host
    this.link = link
    this.#lastTickMs = host.now()
    this.#heardMs = host.now()
    link.onBulkWanted = () => {
      if (link.peer.address === undefined) this.#askForBulk()
      else this.#want('bulk')
    }
    link.onLost = (reason) => {
      this.#over(reason)
    }
  }

  isAttached(lane: Lane): boolean {
    return this.#attached[lane] !== undefined
  }

  isDialing(lane: Lane): boolean {
    return this.#dialing[lane]
  }

  /** Whether a connection that we opened has just been made: a second one crossed it on the way. */
  isFresh(lane: Lane): boolean {
    const attached = this.#attached[lane]
    const { handshakeMs } = this.#host.options
    return attached?.byUs === true && this.#host.now() - attached.sinceMs < handshakeMs
  }

  /** Starts to dial a node that a ref has named; until then an association waits to be called. */
  dial(): void {
    this.#isKnownToListen = true
    this.#limitReach('it has not answered yet')
    this.#want('messages')
  }

  attach(lane: Lane, connection: FramedConnection, byUs: boolean, received: Received): void {
    this.#dialing[lane] = false
    if (this.state === 'lost') {
      this.#letGo(connection)
      return
    }
    this.drop(lane, 'replaced by a newer connection')
    const now = this.#host.now()
    const detector = new FailureDetector(this.#host.options.detector, now)
    const attached = { connection, byUs, sinceMs: now, detector, heardSinceTick: false }
    this.#attached[lane] = attached
    connection.allow(this.#host.options.limits.maxFrameBytes)
    // Bytes, not frames: a large one may take its time on a slow link.
    connection.onBytes = () => {
      attached.heardSinceTick = true
      if (lane === 'messages') this.#heard()
    }
    connection.onFrame = (frame) => {
      // The first may have come in the same bytes as the end of the handshake.
      if (lane === 'messages' && this.#lease === undefined) this.#heard()
      this.link.receive(lane, frame)
    }
    connection.onDrain = () => {
      this.link.drained(lane)
    }
    connection.onClosed = (reason) => {
      this.#closed(lane, connection, reason)
    }
    this.#retry[lane]?.cancel()
    this.#retry[lane] = undefined
    this.#retryMs[lane] = FIRST_RETRY_MS
    this.link.attach(lane, connection, received)
    if (lane === 'messages') this.#up()
  }

  /** Lets go of a connection without a word to the state: a newer one takes its place. */
  drop(lane: Lane, reason: string): void {
    const attached = this.#attached[lane]
    if (attached === undefined) return
    this.#attached[lane] = undefined
    this.link.detach(lane)
    attached.connection.destroy(reason)
  }

  dialFailed(lane: Lane, reason: string): void {
    this.#dialing[lane] = false
    if (this.state === 'lost' || this.isAttached(lane)) return
    if (lane === 'messages' && reason === 'ECONNREFUSED' && this.#isKnownToListen) {
      this.#refusals++
      if (this.#refusals >= this.#host.options.refusalsUntilLost) {
        this.lose('nobody listens at its address any more')
        return
      }
    } else this.#refusals = 0
    this.#retryLater(lane)
  }

  /** A connection crossed ours; the other one stands or will. */
  dialCrossed(lane: Lane): void {
    this.#dialing[lane] = false
    if (this.state !== 'lost' && !this.isAttached(lane)) this.#retryLater(lane)
  }

  /** Says good-bye, sends what is queued and ends. */
  leave(): void {
    if (this.state === 'lost') return
    this.link.control('bye')
    this.link.dispatcher.atSliceEnd(() => {
      for (const lane of ['messages', 'bulk'] as const) this.#attached[lane]?.connection.close()
      this.link.lose('closed on this side', true)
    })
  }

  lose(reason: string): void {
    this.link.lose(reason)
  }

  #up(): void {
    const isNew = !this.#wasUp
    this.#wasUp = true
    this.#isKnownToListen = true
    this.#refusals = 0
    this.#isBulkAskedFor = false
    this.#limit?.cancel()
    this.#limit = undefined
    this.#lastTickMs = this.#host.now()
    this.#beat?.cancel()
    this.#beatLater()
    const wasUnreachable = this.state === 'unreachable'
    this.state = 'up'
    if (this.link.isBulkWaiting) this.link.onBulkWanted?.()
    if (isNew || wasUnreachable) this.#host.changed(this, isNew ? 'connected' : 'connected again')
  }

  #beatLater(): void {
    this.#beat = this.#host.setTimer(this.#host.options.heartbeatMs, () => {
      this.#tick()
    })
  }

  #tick(): void {
    const { heartbeatMs } = this.#host.options
    const now = this.#host.now()
    const late = now - this.#lastTickMs - heartbeatMs
    this.#lastTickMs = now
    // A tick that comes late itself proves nothing: what arrived meanwhile has not been read yet.
    const isLate = late >= heartbeatMs
    if (!this.#listen('messages', now, isLate)) return
    this.#listen('bulk', now, isLate)
    this.link.acknowledge()
    this.link.beatBulk()
    this.#beatLater()
  }

  /** Ends the connection of a lane that has fallen silent; false if it did. */
  #listen(lane: Lane, now: number, isLate: boolean): boolean {
    const attached = this.#attached[lane]
    if (attached === undefined) return lane === 'bulk'
    if (attached.heardSinceTick) {
      attached.heardSinceTick = false
      attached.detector.heartbeat(now)
      return true
    }
    if (isLate || !attached.detector.isSuspicious(now)) return true
    attached.connection.destroy('no heartbeat')
    // A connection that was over already does not say so twice.
    this.#closed(lane, attached.connection, 'no heartbeat')
    return false
  }

  #closed(lane: Lane, connection: FramedConnection, reason: unknown): void {
    if (this.#attached[lane]?.connection !== connection) return
    this.#attached[lane] = undefined
    this.link.detach(lane)
    if (this.state === 'lost') return
    if (lane === 'bulk') {
      this.#isBulkAskedFor = false
      if (this.link.isBulkWaiting) this.link.onBulkWanted?.()
      return
    }
    this.#beat?.cancel()
    if (this.link.hasLeft) {
      this.lose('it has left')
      return
    }
    const why = textOf(reason)
    this.state = 'unreachable'
    this.#limitReach(why)
    this.#host.changed(this, why)
    this.#want('messages')
  }

  /** The peer has a connection with us, or had one when it sent this. */
  #heard(): void {
    const { leaseMs } = this.#host.options
    const before = this.#heardMs
    this.#heardMs = this.#host.now()
    if (this.#lease === undefined) this.#leaseLater(leaseMs)
    // We have stood still ourselves: what waited meanwhile is no younger for that.
    else if (this.#heardMs - before >= leaseMs) this.link.children.leaseOver()
  }

  #leaseLater(delayMs: number): void {
    this.#lease = this.#host.setTimer(delayMs, () => {
      this.#lease = undefined
      const leftMs = this.#heardMs + this.#host.options.leaseMs - this.#host.now()
      if (leftMs > 0) this.#leaseLater(leftMs)
      else this.link.children.leaseOver()
    })
  }

  #limitReach(reason: string): void {
    const { unreachableLimitMs } = this.#host.options
    this.#limit?.cancel()
    this.#limit = this.#host.setTimer(unreachableLimitMs, () => {
      this.lose(`out of reach for ${String(unreachableLimitMs)} ms: ${reason}`)
    })
  }

  #want(lane: Lane): void {
    if (this.state === 'lost' || this.link.peer.address === undefined) return
    if (this.#attached[lane] !== undefined || this.#dialing[lane]) return
    if (lane === 'bulk' && this.#attached.messages === undefined) return
    this.#dialing[lane] = true
    this.#host.dial(this, lane)
  }

  /** The other side can dial, we can't. */
  #askForBulk(): void {
    if (this.#isBulkAskedFor) return
    this.#isBulkAskedFor = true
    this.link.control('bulk')
  }

  #retryLater(lane: Lane): void {
    const delayMs = this.#retryMs[lane] * (0.5 + this.#host.jitter())
    this.#retryMs[lane] = Math.min(LAST_RETRY_MS, this.#retryMs[lane] * 2)
    this.#retry[lane]?.cancel()
    this.#retry[lane] = this.#host.setTimer(delayMs, () => {
      this.#want(lane)
    })
  }

  /** What is queued goes out, for as long as the other side takes it in reasonable time. */
  #letGo(connection: FramedConnection): void {
    connection.close()
    const timer = this.#host.setTimer(LINGER_MS, () => {
      connection.destroy('it did not close')
    })
    connection.onClosed = () => {
      timer.cancel()
    }
  }

  #over(reason: string): void {
    this.state = 'lost'
    for (const timer of [this.#beat, this.#limit, this.#lease]) timer?.cancel()
    for (const lane of ['messages', 'bulk'] as const) {
      const attached = this.#attached[lane]
      this.#attached[lane] = undefined
      if (attached !== undefined) this.#letGo(attached.connection)
      this.#retry[lane]?.cancel()
    }
    this.#host.lost(this, reason)
  }
}

function textOf(reason: unknown): string {
  if (typeof reason === 'string') return reason
  return reason instanceof Error ? reason.message : 'the connection was closed'
}

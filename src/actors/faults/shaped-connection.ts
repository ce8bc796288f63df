import { connectionLost } from '../../platform/index.ts'
import type {
  Address,
  Clock,
  Connection,
  ConnectionHandlers,
  Random,
} from '../../platform/index.ts'
import type { LinkRules } from './link-rules.ts'
import { Pipe } from './pipe.ts'

/** Bytes that wait in a direction above which the sender is asked to wait. */
const LIMIT_BYTES = 1024 * 1024

export interface ShapedPlace {
  readonly inner: Connection
  readonly rules: LinkRules
  /** The node that has dialled, and the one it leads to; the second may get its name later. */
  readonly from: () => string
  readonly to: () => string
  readonly clock: Clock
  readonly random: Random
  readonly remote: Address
  readonly onGone: (connection: ShapedConnection) => void
}

/**
 * A connection on whose way faults are: what is written, and what comes, passes through a pipe that can be cut
 * and slow; the whole can be forgotten in between, or broken. Seen from the side that has dialled.
 */
export class ShapedConnection implements Connection {
  readonly #place: ShapedPlace
  readonly #out: Pipe
  readonly #in: Pipe
  readonly #forgetRules: () => void
  #handlers: ConnectionHandlers | undefined
  #isMuted = false
  #isEnding = false
  #isClosed = false
  /** Both ways are done with: nothing more will happen on it. */
  #isGone = false
  #error: Error | undefined
  #isPausedByUser = false
  #isDrainAwaited = false

  constructor(place: ShapedPlace) {
    this.#place = place
    const { rules, from, to, clock, random } = place
    this.#out = new Pipe(clock, random, {
      isCut: () => rules.isCut(from(), to()),
      slow: () => rules.slow(from(), to()),
    })
    this.#in = new Pipe(clock, random, {
      isCut: () => rules.isCut(to(), from()),
      slow: () => rules.slow(to(), from()),
    })
    this.#forgetRules = rules.onEnded(() => {
      this.#out.pump()
      this.#in.pump()
    })
  }

  get from(): string {
    return this.#place.from()
  }

  get to(): string {
    return this.#place.to()
  }

  get isOpen(): boolean {
    return !this.#isGone && !this.#isMuted
  }

  get remote(): Address {
    return this.#place.remote
  }

  get local(): Address {
    return this.#place.inner.local
  }

  get queuedBytes(): number {
    return this.#out.waitingBytes + this.#place.inner.queuedBytes
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isEnding || this.#isClosed || this.#isMuted) return true
    let isRoom = true
    this.#out.put(bytes.byteLength, () => {
      isRoom = this.#place.inner.write(bytes)
      this.#drained()
    })
    this.#isDrainAwaited = !isRoom || this.#out.waitingBytes >= LIMIT_BYTES
    return !this.#isDrainAwaited
  }

  end(): void {
    if (this.#isEnding || this.#isClosed) return
    this.#isEnding = true
    if (this.#isMuted) this.#close(undefined)
    else this.#out.put(0, () => this.#place.inner.end())
  }

  destroy(error?: Error): void {
    if (this.#isClosed) return
    this.#isEnding = true
    this.#in.clear()
    this.#close(error)
    if (this.#isMuted) return
    // That it has ended is heard of when the link lets it pass.
    this.#out.clear()
    this.#out.put(0, () => this.#goneWith(() => this.#place.inner.destroy()))
  }

  abort(): void {
    if (this.#isGone) return
    this.#in.clear()
    this.#out.clear()
    this.#goneWith(() => this.#place.inner.abort())
    this.#close(connectionLost(this.#place.remote, 'ECONNRESET'))
  }

  /** Something in between has forgotten it: what either side sends vanishes, also that it ends. */
  mute(): void {
    this.#isMuted = true
    this.#out.clear()
    this.#in.clear()
    if (this.#isClosed) this.abort()
  }

  pause(): void {
    this.#isPausedByUser = true
    this.#place.inner.pause()
  }

  resume(): void {
    this.#isPausedByUser = false
    this.#flow()
  }

  handle(handlers: ConnectionHandlers): void {
    this.#handlers = handlers
    if (this.#isClosed) {
      this.#place.clock.setTimer(0, () => handlers.closed(this.#error))
      return
    }
    this.#place.inner.handle({
      data: (bytes) => {
        if (this.#isMuted || this.#isClosed) return
        this.#in.put(bytes.byteLength, () => {
          if (!this.#isClosed) handlers.data(bytes)
          this.#flow()
        })
        if (this.#in.waitingBytes >= LIMIT_BYTES) this.#place.inner.pause()
      },
      drain: () => this.#drained(),
      closed: (error) => {
        if (this.#isMuted) return
        this.#in.put(0, () => {
          this.#goneWith(() => undefined)
          this.#close(error)
        })
      },
    })
  }

  #flow(): void {
    if (!this.#isPausedByUser && this.#in.waitingBytes < LIMIT_BYTES) this.#place.inner.resume()
  }

  #drained(): void {
    if (!this.#isDrainAwaited || this.#out.waitingBytes > 0) return
    if (this.#place.inner.queuedBytes > 0) return
    this.#isDrainAwaited = false
    // Not within the write that has filled it.
    this.#place.clock.setTimer(0, () => {
      if (!this.#isClosed) this.#handlers?.drain?.()
    })
  }

  #close(error: Error | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#error = error
    const handlers = this.#handlers
    this.#place.clock.setTimer(0, () => handlers?.closed(error))
  }

  #goneWith(end: () => void): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#forgetRules()
    end()
    this.#place.onGone(this)
  }
}

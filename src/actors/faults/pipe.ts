import type { Clock, Random, Timer } from '../../platform/index.ts'
import type { Slowness } from './link-rules.ts'

/** What a direction of a link is like now. */
export interface PipeCondition {
  isCut(): boolean
  slow(): readonly Slowness[]
}

interface Piece {
  readonly sizeBytes: number
  readonly dueMs: number
  readonly pass: () => void
}

/**
 * One direction of a connection: pieces pass in order, held while it is cut, late while it is slow. Nothing is
 * held or late otherwise.
 */
export class Pipe {
  readonly #clock: Clock
  readonly #random: Random
  readonly #condition: PipeCondition
  readonly #waiting: Piece[] = []
  readonly #busyUntilMs: Map<Slowness, number> = new Map()
  #lastDueMs = 0
  #timer: Timer | undefined
  #waitingBytes = 0
  #isPassing = false

  constructor(clock: Clock, random: Random, condition: PipeCondition) {
    this.#clock = clock
    this.#random = random
    this.#condition = condition
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  put(sizeBytes: number, pass: () => void): void {
    const dueMs = this.#due(sizeBytes)
    this.#waiting.push({ sizeBytes, dueMs, pass })
    this.#waitingBytes += sizeBytes
    this.pump()
  }

  /** Lets pass what may pass now. */
  pump(): void {
    if (this.#isPassing) return
    this.#isPassing = true
    try {
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        if (this.#condition.isCut()) return
        const leftMs = first.dueMs - this.#clock.now()
        if (leftMs > 0) {
          this.#wakeAfter(leftMs)
          return
        }
        this.#waiting.shift()
        this.#waitingBytes -= first.sizeBytes
        first.pass()
      }
    } finally {
      this.#isPassing = false
    }
  }

  /** Forgets what waits. */
  clear(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting.length = 0
    this.#waitingBytes = 0
  }

  #wakeAfter(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.setTimer(ms, () => {
      this.#timer = undefined
      this.pump()
    })
  }

  #due(sizeBytes: number): number {
    const slow = this.#condition.slow()
    if (slow.length === 0) return this.#lastDueMs
    const now = this.#clock.now()
    let dueMs = now
    for (const slowness of slow) {
      const { delayMs, jitterMs, bytesPerSecond } = slowness
      dueMs += delayMs + (jitterMs > 0 ? this.#random.float() * jitterMs : 0)
      if (bytesPerSecond === undefined) continue
      const startMs = Math.max(this.#busyUntilMs.get(slowness) ?? 0, now)
      const untilMs = startMs + (sizeBytes / bytesPerSecond) * 1_000
      this.#busyUntilMs.set(slowness, untilMs)
      dueMs += untilMs - now
    }
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs)
    return this.#lastDueMs
  }
}

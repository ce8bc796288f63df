import type { Clock } from '../platform/index.ts'
import type { AskPort } from './ask.ts'
import { AskError, SystemError } from './errors.ts'

const DEFAULT_TIMEOUT_MS = 5_000
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Asks that were made within one tick of each other, and when all of them are overdue. */
export interface AskBucket {
  first: AskPort | undefined
  dueAt: number
}

/**
 * Deadlines of asks, without a timer or a look at the clock for each: asks of one timeout go into the
 * bucket of the present tick (1/16 of the timeout, at most 100 ms); a ticking timer closes buckets and
 * expires them. An ask never ends early, and at most a tick late. The timer stops when no ask is left.
 */
export class AskDeadlines {
  readonly #clock: Clock
  readonly #wheels: Map<number, Wheel> = new Map()
  #last: Wheel | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Asks that have not ended; looks at each. */
  pending(): AskPort[] {
    return [...this.#wheels.values()].flatMap((wheel) => wheel.pending())
  }

  add(port: AskPort, timeoutMs: number = DEFAULT_TIMEOUT_MS): void {
    let wheel = this.#last
    if (wheel?.timeoutMs !== timeoutMs) {
      wheel = this.#wheels.get(timeoutMs)
      if (wheel === undefined) {
        wheel = new Wheel(checkTimeout(timeoutMs), this.#clock, () => {
          this.#wheels.delete(timeoutMs)
          if (this.#last?.timeoutMs === timeoutMs) this.#last = undefined
        })
        this.#wheels.set(timeoutMs, wheel)
      }
      this.#last = wheel
    }
    wheel.add(port)
  }
}

function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs
  throw new SystemError(
    'TROUPE_ASK_TIMEOUT_INVALID',
    `timeoutMs is ${String(timeoutMs)}: it takes a number above 0, at most ${String(MAX_TIMEOUT_MS)}`,
    { data: { timeoutMs } },
  )
}

class Wheel {
  readonly timeoutMs: number
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #onIdle: () => void
  #open: AskBucket
  #closed: AskBucket[] = []
  #ticking = false

  constructor(timeoutMs: number, clock: Clock, onIdle: () => void) {
    this.timeoutMs = timeoutMs
    this.#clock = clock
    this.#onIdle = onIdle
    this.#tickMs = Math.min(100, Math.max(1, timeoutMs / 16))
    this.#open = { first: undefined, dueAt: 0 }
  }

  add(port: AskPort): void {
    const bucket = this.#open
    const first = bucket.first
    port.bucket = bucket
    port.bucketNext = first
    if (first !== undefined) first.bucketPrevious = port
    bucket.first = port
    if (!this.#ticking) {
      this.#ticking = true
      this.#tick()
    }
  }

  pending(): AskPort[] {
    const ports: AskPort[] = []
    for (const bucket of [...this.#closed, this.#open]) {
      for (let port = bucket.first; port !== undefined; port = port.bucketNext) ports.push(port)
    }
    return ports
  }

  #tick(): void {
    this.#clock.setTimer(this.#tickMs, () => {
      const now = this.#clock.now()
      if (this.#open.first !== undefined) {
        this.#open.dueAt = now + this.timeoutMs
        this.#closed.push(this.#open)
        this.#open = { first: undefined, dueAt: 0 }
      }
      this.#closed = this.#closed.filter((bucket) => {
        if (bucket.first === undefined) return false
        if (bucket.dueAt > now) return true
        expire(bucket, this.timeoutMs)
        return false
      })
      if (this.#closed.length > 0 || this.#open.first !== undefined) this.#tick()
      else {
        this.#ticking = false
        this.#onIdle()
      }
    })
  }
}

function expire(bucket: AskBucket, timeoutMs: number): void {
  while (bucket.first !== undefined) {
    const port = bucket.first
    const path = port.target.path
    port.fail(
      new AskError(
        'TROUPE_ASK_TIMEOUT',
        `${path} has not replied within ${String(timeoutMs)} ms: is it overloaded, or does it never answer this message?`,
        { data: { path, timeoutMs } },
      ),
    )
  }
}

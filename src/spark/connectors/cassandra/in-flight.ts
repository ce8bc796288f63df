import type { Clock } from '../../../platform/index.ts'

const SECOND_MS = 1000

/** Work that is under way at the same time: so much at most, and begun no faster than a rate allows. */
export class InFlight {
  readonly #most: number
  readonly #clock: Clock
  readonly #bytesPerSecond: number | undefined
  readonly #startMs: number
  #bytes = 0
  #running = 0
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(most: number, clock: Clock, bytesPerSecond?: number) {
    this.#most = most
    this.#clock = clock
    this.#bytesPerSecond = bytesPerSecond
    this.#startMs = clock.now()
  }

  /** Begins `work` when it may; then resolves, before it has ended. Throws the first failure of what has begun. */
  async begin(work: () => Promise<unknown>, bytes = 0): Promise<void> {
    while (this.#running >= this.#most) await this.#next()
    this.#throwFailure()
    await this.#paced(bytes)
    this.#running += 1
    work().then(
      () => {
        this.#ended()
      },
      (error: unknown) => {
        this.#failure ??= { error }
        this.#ended()
      },
    )
  }

  /** Resolves when all has ended. @throws the first failure */
  async drained(): Promise<void> {
    while (this.#running > 0) await this.#next()
    this.#throwFailure()
  }

  #ended(): void {
    this.#running -= 1
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  /** One caller waits at a time. */
  #next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }

  async #paced(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === undefined) return
    const dueMs = this.#startMs + (this.#bytes / this.#bytesPerSecond) * SECOND_MS
    this.#bytes += bytes
    const delayMs = dueMs - this.#clock.now()
    if (delayMs < 1) return
    await new Promise<void>((resolve) => void this.#clock.setTimer(delayMs, resolve))
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

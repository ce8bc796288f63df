import { percentile } from '../statistics.ts'

/** How late timers of 1 ms are, in ms, from now on until it is read. */
export class LoopDelay {
  readonly #late: number[] = []
  #timer: NodeJS.Timeout
  #dueMs: number = performance.now() + 1

  constructor() {
    const again = (): void => {
      const nowMs = performance.now()
      this.#late.push(Math.max(0, nowMs - this.#dueMs))
      this.#dueMs = nowMs + 1
      this.#timer = setTimeout(again, 1)
    }
    this.#timer = setTimeout(again, 1)
  }

  end(): { readonly p99: number; readonly most: number } {
    clearTimeout(this.#timer)
    return { p99: percentile(this.#late, 0.99), most: percentile(this.#late, 1) }
  }
}

import { describeFault } from './describe.ts'
import type { Fault } from './fault.ts'

/** What became of a fault. */
export interface FaultOutcome<F extends Fault = Fault> {
  readonly fault: F
  /** What it is, in a sentence. */
  readonly says: string
  /** How often it had its effect: messages, actors, connections or disk accesses hit; 1 for what happens once. */
  readonly count: number
  /** When it had its effect first, ms after the injection began. */
  readonly firstMs: number | undefined
  /** Why it had no effect, where that is known. */
  readonly problem: string | undefined
}

/** A fault that was injected: watch it, wait for it, end it before the others. */
export class FaultHandle<F extends Fault = Fault> {
  readonly fault: F
  /** Resolves when it has had its effect for the first time; pending for ever if it never has. */
  readonly whenFired: Promise<void>
  readonly #now: () => number
  #count = 0
  #firstMs: number | undefined
  #problem: string | undefined
  #onFired: () => void = () => undefined
  #end: (() => void) | undefined

  /** @internal @param now ms since the injection began */
  constructor(fault: F, now: () => number) {
    this.fault = fault
    this.#now = now
    this.whenFired = new Promise((resolve) => {
      this.#onFired = resolve
    })
  }

  get count(): number {
    return this.#count
  }

  get outcome(): FaultOutcome<F> {
    return {
      fault: this.fault,
      says: describeFault(this.fault),
      count: this.#count,
      firstMs: this.#firstMs,
      problem: this.#count === 0 ? this.#problem : undefined,
    }
  }

  /** Ends its effect now; once ended it does not begin again. */
  stop(): void {
    const end = this.#end
    this.#end = undefined
    end?.()
  }

  /** @internal It has had its effect so many times more. */
  fire(times = 1): void {
    if (times <= 0) return
    this.#firstMs ??= this.#now()
    this.#count += times
    this.#onFired()
  }

  /** @internal */
  failed(problem: string): void {
    this.#problem = problem
  }

  /** @internal What `stop` does. */
  set onStop(end: () => void) {
    this.#end = end
  }
}

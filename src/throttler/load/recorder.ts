import { LatencyHistogram } from '../histograms/index.ts'
import type { Figures, OperationFigures } from '../run/task-run.ts'

/** What is measured of one operation. */
class Measured {
  done = 0
  readonly errors = new Map<string, number>()
  readonly service = new LatencyHistogram()
  readonly response = new LatencyHistogram()
  readonly waiting = new LatencyHistogram()

  get isEmpty(): boolean {
    return this.done === 0 && this.errors.size === 0
  }

  add(other: Measured): void {
    this.done += other.done
    for (const [code, count] of other.errors) {
      this.errors.set(code, (this.errors.get(code) ?? 0) + count)
    }
    this.service.add(other.service)
    this.response.add(other.response)
    this.waiting.add(other.waiting)
  }

  reset(): void {
    this.done = 0
    this.errors.clear()
    this.service.reset()
    this.response.reset()
    this.waiting.reset()
  }

  figures(): OperationFigures {
    return {
      done: this.done,
      errors: Object.fromEntries(this.errors),
      service: this.service.encode(),
      response: this.response.encode(),
      waiting: this.waiting.encode(),
    }
  }
}

/** Latencies and errors of a task's operations: of the interval that lasts, and of all. */
export class Recorder {
  readonly #current: ReadonlyMap<string, Measured>
  readonly #total: ReadonlyMap<string, Measured>

  constructor(operations: readonly string[]) {
    const measured = (): ReadonlyMap<string, Measured> =>
      new Map(operations.map((name) => [name, new Measured()]))
    this.#current = measured()
    this.#total = measured()
  }

  /** An operation has ended well. */
  done(name: string, intendedMs: number, beganMs: number, endedMs: number): void {
    const measured = this.#current.get(name)
    if (measured === undefined) return
    measured.done += 1
    measured.service.record(endedMs - beganMs)
    measured.response.record(endedMs - intendedMs)
    measured.waiting.record(beganMs - intendedMs)
  }

  failed(name: string, code: string): void {
    const errors = this.#current.get(name)?.errors
    errors?.set(code, (errors.get(code) ?? 0) + 1)
  }

  /** Ends the interval, and begins the next. Operations of which there is nothing are left out. */
  cut(): { readonly interval: Figures; readonly total: Figures } {
    const interval = figuresOf(this.#current)
    for (const [name, measured] of this.#current) {
      if (measured.isEmpty) continue
      this.#total.get(name)?.add(measured)
      measured.reset()
    }
    return { interval, total: figuresOf(this.#total) }
  }
}

function figuresOf(all: ReadonlyMap<string, Measured>): Figures {
  return Object.fromEntries(
    [...all]
      .filter(([, measured]) => !measured.isEmpty)
      .map(([name, measured]) => [name, measured.figures()]),
  )
}

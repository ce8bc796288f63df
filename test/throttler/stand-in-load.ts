import type { Environment } from '../../src/platform/index.ts'
import {
  union,
  type Figures,
  type OperationRange,
  type RateShare,
  type StartTask,
  type TaskResult,
  type TaskSnapshot,
  type TaskSpec,
} from '../../src/throttler/run/index.ts'

/** What a stand-in for the load has been asked to do, and may be told. */
export interface StandIn {
  readonly startTask: StartTask
  /** Operations in the order in which they were run, those that were run again as well. */
  readonly ran: number[]
  /** Task → the shares of the rate that it was given. */
  readonly rates: Map<string, RateShare[]>
  /** Tasks that run now, and the most at once. */
  readonly atOnce: { now: number; most: number }
  /** Whether an operation fails, when it is run the nth time. */
  fails: (operation: number, time: number) => boolean
}

const NOTHING: Figures = {}

/** Runs operations one after another, each for `operationMs`, and keeps their numbers. */
export function standIn(operationMs: number): StandIn {
  const load: StandIn = {
    ran: [],
    rates: new Map(),
    atOnce: { now: 0, most: 0 },
    fails: () => false,
    startTask: (environment, spec, { onProgress }) =>
      new Running(environment, spec, onProgress, load, operationMs),
  }
  return load
}

class Running {
  readonly result: Promise<TaskResult>
  #isPaused = false
  #isStopped = false
  #sequence = 0
  #done: readonly OperationRange[] = []
  #resumed: () => void = () => undefined

  constructor(
    environment: Environment,
    spec: TaskSpec,
    onProgress: (snapshot: TaskSnapshot) => void,
    load: StandIn,
    operationMs: number,
  ) {
    this.#rates = load.rates.get(spec.id) ?? []
    load.rates.set(spec.id, this.#rates)
    this.#rates.push(spec.rate)
    this.result = this.#run(environment, spec, onProgress, load, operationMs)
  }

  readonly #rates: RateShare[]

  setRate(rate: RateShare): void {
    this.#rates.push(rate)
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#resumed()
  }

  stop(): void {
    this.#isStopped = true
    this.resume()
  }

  async #run(
    { clock }: Environment,
    spec: TaskSpec,
    onProgress: (snapshot: TaskSnapshot) => void,
    load: StandIn,
    operationMs: number,
  ): Promise<TaskResult> {
    load.atOnce.now += 1
    load.atOnce.most = Math.max(load.atOnce.most, load.atOnce.now)
    let error: TaskResult['error']
    let reportedMs = clock.now()
    const operations = spec.operations.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first + i),
    )
    for (const operation of operations) {
      if (this.#isPaused) await new Promise<void>((resolve) => (this.#resumed = resolve))
      if (this.#isStopped) break
      await new Promise<void>((resolve) => clock.setTimer(operationMs, resolve))
      load.ran.push(operation)
      if (load.fails(operation, load.ran.filter((one) => one === operation).length)) {
        error = { code: 'TEST_QUERY', message: `operation ${operation}` }
        break
      }
      this.#done = union(this.#done, [{ first: operation, count: 1 }])
      if (clock.now() - reportedMs < spec.intervalMs) continue
      reportedMs = clock.now()
      onProgress(this.#snapshot())
    }
    load.atOnce.now -= 1
    const end = error === undefined ? (this.#isStopped ? 'stopped' : 'finished') : 'failed'
    return { end, snapshot: this.#snapshot(), ...(error && { error }) }
  }

  #snapshot(): TaskSnapshot {
    this.#sequence += 1
    const interval = { fromMs: 0, toMs: 0, wallMs: 0, figures: NOTHING }
    return { sequence: this.#sequence, done: this.#done, figures: NOTHING, interval, inFlight: 1 }
  }
}

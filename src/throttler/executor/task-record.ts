import type { NumberedInterval, TaskReport } from '../protocol/index.ts'
import { union, without, type Figures, type TaskSnapshot, type TaskSpec } from '../run/index.ts'

/** What an executor knows of a task over all of its attempts; it outlives the actor that runs them. */
export class TaskRecord {
  readonly spec: TaskSpec
  readonly startedMs: number
  /** Of the attempts before this one. */
  #attempts: readonly Figures[] = []
  #done: TaskSnapshot['done'] = []
  #now: TaskSnapshot | undefined
  #intervals: readonly NumberedInterval[] = []
  #counted = 0
  #sequence = 0

  constructor(spec: TaskSpec, startedMs: number) {
    this.spec = spec
    this.startedMs = startedMs
  }

  /** What the next attempt is to do. */
  left(nowMs: number): TaskSpec {
    const { durationMs } = this.spec
    const operations = without(this.spec.operations, this.done())
    const leftMs = durationMs === undefined ? undefined : durationMs - (nowMs - this.startedMs)
    return {
      ...this.spec,
      operations,
      ...(leftMs !== undefined && { durationMs: Math.max(0, leftMs) }),
    }
  }

  take(snapshot: TaskSnapshot): void {
    this.#now = snapshot
    this.#counted += 1
    const one = { sequence: this.#counted, interval: snapshot.interval }
    this.#intervals = [...this.#intervals, one]
  }

  /** Another attempt follows. */
  close(): void {
    if (this.#now === undefined) return
    this.#attempts = [...this.#attempts, this.#now.figures]
    this.#done = union(this.#done, this.#now.done)
    this.#now = undefined
  }

  /** The scheduler has got the series up to there. */
  seen(sequence: number): void {
    this.#intervals = this.#intervals.filter((one) => one.sequence > sequence)
  }

  done(): TaskSnapshot['done'] {
    return this.#now === undefined ? this.#done : union(this.#done, this.#now.done)
  }

  report(): TaskReport {
    this.#sequence += 1
    return {
      type: 'report',
      taskId: this.spec.id,
      sequence: this.#sequence,
      done: this.done(),
      attempts: this.#now === undefined ? this.#attempts : [...this.#attempts, this.#now.figures],
      intervals: this.#intervals,
      inFlight: this.#now?.inFlight ?? 0,
    }
  }
}

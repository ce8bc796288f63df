import type { RateShare } from '../run/task-run.ts'
import { scheduledBy, timeOf, type PacedSchedule } from './schedule.ts'

/** A piece of time with one share of a schedule. */
interface Stretch {
  readonly schedule: PacedSchedule
  readonly ratio: number
  readonly mode: 'open' | 'throttle'
  /** The clock's time at which the run's schedule began. */
  originMs: number
  /** How many of the run's operations the schedule had had when the stretch began. */
  readonly before: number
  /** 0..1: how much of its first operation had come due before. */
  readonly carry: number
  /** Operations that were begun in it. */
  taken: number
  /** How many operations come due in it in all; Infinity while it lasts. */
  limit: number
}

/**
 * When the operations of one task are to begin. What is due and was not begun yet stays due, also when the rate changes: a task that
 * falls behind has to catch up, and its latencies count from the time that was intended.
 */
export class Pacer {
  /** The last one lasts; those before it have operations that are still to begin. Empty: as fast as answers come. */
  #stretches: Stretch[] = []
  #pausedMs: number | undefined

  /** @param phase 0..1: by which part of the distance between two operations the first is later, so that tasks do not begin all at once */
  constructor(share: RateShare, nowMs: number, phase: number) {
    this.#begin(share, nowMs, 1 - phase)
  }

  /** When the next operation is to begin, on the clock; -Infinity for at once, Infinity for never. */
  nextMs(): number {
    for (;;) {
      const [first] = this.#stretches
      if (first === undefined) return -Infinity
      if (first.taken < first.limit) return dueOf(first)
      this.#stretches.shift()
    }
  }

  /** The next operation begins now. Answers when it was intended to. */
  take(nowMs: number): number {
    const dueMs = this.nextMs()
    const [first] = this.#stretches
    if (first === undefined) return nowMs
    first.taken += 1
    if (first.mode === 'open' || dueMs >= nowMs) return dueMs
    first.taken = Math.max(first.taken, Math.floor(progress(first, nowMs)))
    return nowMs
  }

  setRate(share: RateShare, nowMs: number): void {
    const atMs = this.#pausedMs ?? nowMs
    const last = this.#stretches.at(-1)
    let carry = 1
    if (last !== undefined) {
      const passed = progress(last, atMs)
      last.limit = Math.floor(passed)
      carry = passed - last.limit
      if (share.schedule.type === 'closed') this.#stretches = []
    }
    this.#begin(share, atMs, carry)
  }

  /** Time stands still for the schedule until `resume`. */
  pause(nowMs: number): void {
    this.#pausedMs ??= nowMs
  }

  resume(nowMs: number): void {
    const lostMs = nowMs - (this.#pausedMs ?? nowMs)
    this.#pausedMs = undefined
    for (const stretch of this.#stretches) {
      stretch.originMs += lostMs
    }
  }

  get isPaused(): boolean {
    return this.#pausedMs !== undefined
  }

  #begin(
    { schedule, ratio, elapsedMs, mode = 'open' }: RateShare,
    nowMs: number,
    carry: number,
  ): void {
    if (schedule.type === 'closed') return
    const before = scheduledBy(schedule, elapsedMs)
    const originMs = nowMs - elapsedMs
    this.#stretches.push({
      ...{ schedule, ratio, mode, originMs, before, carry },
      taken: 0,
      limit: Infinity,
    })
  }
}

/** How many operations of a stretch have come due, with fractions. */
function progress({ schedule, ratio, originMs, before, carry }: Stretch, nowMs: number): number {
  return carry + ratio * (scheduledBy(schedule, nowMs - originMs) - before)
}

/** When the next operation of a stretch comes due. */
function dueOf({ schedule, ratio, originMs, before, carry, taken }: Stretch): number {
  if (ratio <= 0) return Infinity
  return originMs + timeOf(schedule, before + (taken + 1 - carry) / ratio)
}

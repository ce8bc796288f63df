import type { OperationRange } from '../run/task-run.ts'

/** Operations of a task in their order, and which of them are done: nearly in order, as far as they are under way at once. */
export class DoneSet {
  readonly #ranges: readonly OperationRange[]
  readonly count: number
  /** All places below it are done. */
  #below = 0
  /** Places above it that are done. */
  readonly #ahead = new Set<number>()
  /** The range that was asked last, and the place of its first operation. */
  #range = 0
  #rangePlace = 0

  constructor(ranges: readonly OperationRange[]) {
    this.#ranges = ranges
    this.count = ranges.reduce((sum, { count }) => sum + count, 0)
  }

  /** The number of the operation at a place, from 0 on; places are asked for in their order. */
  operationAt(place: number): number {
    let range = this.#ranges[this.#range]
    while (range !== undefined && place >= this.#rangePlace + range.count) {
      this.#rangePlace += range.count
      this.#range += 1
      range = this.#ranges[this.#range]
    }
    return (range?.first ?? 0) + place - this.#rangePlace
  }

  add(place: number): void {
    if (place !== this.#below) {
      this.#ahead.add(place)
      return
    }
    this.#below += 1
    while (this.#ahead.delete(this.#below)) this.#below += 1
  }

  /** Those that are done, as numbers of operations. */
  ranges(): readonly OperationRange[] {
    const places = [...this.#ahead].sort((a, b) => a - b)
    const done: OperationRange[] = []
    let from = 0
    let at = 0
    for (const { first, count } of this.#ranges) {
      const below = Math.min(count, Math.max(0, this.#below - from))
      if (below > 0) done.push({ first, count: below })
      for (; at < places.length && (places[at] ?? 0) < from + count; at += 1) {
        const number = first + (places[at] ?? 0) - from
        const last = done.at(-1)
        if (last !== undefined && last.first + last.count === number) {
          done[done.length - 1] = { first: last.first, count: last.count + 1 }
        } else {
          done.push({ first: number, count: 1 })
        }
      }
      from += count
    }
    return done
  }
}

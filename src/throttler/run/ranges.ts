import type { OperationRange } from './task-run.ts'

/** Sets of operations, as ranges in order and apart from each other. */

export function countOf(ranges: readonly OperationRange[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0)
}

/** Both together; what is in both is in it once. */
export function union(
  one: readonly OperationRange[],
  other: readonly OperationRange[],
): readonly OperationRange[] {
  const sorted = [...one, ...other].sort((a, b) => a.first - b.first)
  const joined: OperationRange[] = []
  for (const range of sorted) {
    const last = joined.at(-1)
    if (last === undefined || range.first > last.first + last.count) {
      if (range.count > 0) joined.push(range)
      continue
    }
    const end = Math.max(last.first + last.count, range.first + range.count)
    joined[joined.length - 1] = { first: last.first, count: end - last.first }
  }
  return joined
}

/** What is in `from` and not in `taken`. */
export function without(
  from: readonly OperationRange[],
  taken: readonly OperationRange[],
): readonly OperationRange[] {
  const left: OperationRange[] = []
  let at = 0
  for (const { first, count } of from) {
    const end = first + count
    let begin = first
    while (at > 0 && endOf(taken[at - 1]) > begin) at -= 1
    for (; at < taken.length; at++) {
      const one = taken[at] as OperationRange
      if (one.first >= end) break
      if (one.first > begin) left.push({ first: begin, count: one.first - begin })
      begin = Math.max(begin, one.first + one.count)
    }
    if (begin < end) left.push({ first: begin, count: end - begin })
  }
  return left
}

/** The first `count` operations, and the others. */
export function split(
  ranges: readonly OperationRange[],
  count: number,
): readonly [taken: readonly OperationRange[], rest: readonly OperationRange[]] {
  const taken: OperationRange[] = []
  let wanted = count
  for (const [i, range] of ranges.entries()) {
    if (wanted === 0) return [taken, ranges.slice(i)]
    if (range.count > wanted) {
      if (wanted > 0) taken.push({ first: range.first, count: wanted })
      const rest = { first: range.first + wanted, count: range.count - wanted }
      return [taken, [rest, ...ranges.slice(i + 1)]]
    }
    taken.push(range)
    wanted -= range.count
  }
  return [taken, []]
}

function endOf(range: OperationRange | undefined): number {
  return range === undefined ? 0 : range.first + range.count
}

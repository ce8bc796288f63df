/**
 * The items in an order that depends on `seed` alone: Fisher–Yates over a small generator. So a run can be
 * computed again, for explanation, from what was recorded.
 * @see "mulberry32", Tommy Ettinger, 2017
 */
export function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const result = [...items]
  let state = seed | 0
  for (let i = result.length - 1; i > 0; i--) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    const j = ((mixed ^ (mixed >>> 14)) >>> 0) % (i + 1)
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}

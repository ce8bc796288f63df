/** Numbers from 0 to below 1 that depend on the seed alone. */
export type Draw = () => number

/**
 * A small generator, so that a run can be computed again, for explanation, from what was recorded.
 * @see "mulberry32", Tommy Ettinger, 2017
 */
export function drawFrom(seed: number): Draw {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The items in an order that `draw` alone decides: Fisher–Yates. */
export function shuffled<T>(items: readonly T[], draw: Draw): readonly T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    const one = result[i] as T
    result[i] = result[j] as T
    result[j] = one
  }
  return result
}

/**
 * The items in an order drawn with their weights: the first is drawn among all, each with a chance in proportion to its
 * weight, the next among those that are left, and so on.
 * @see "Weighted random sampling with a reservoir", Efraimidis and Spirakis, 2006
 */
export function weightedShuffled<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
  draw: Draw,
): readonly T[] {
  return items
    .map((item) => ({ item, key: -Math.log(1 - draw()) / weightOf(item) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

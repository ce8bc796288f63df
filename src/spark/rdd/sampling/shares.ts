import type { SeededRandom } from './seeded-random.ts'

/**
 * How many of `size` rows, drawn from all at random, fall on each group of rows; `counts` has the sizes of the groups.
 * With replacement, any number may fall on a group that has rows.
 */
export function sharesOf(
  counts: readonly number[],
  size: number,
  withReplacement: boolean,
  random: SeededRandom,
): number[] {
  let rest = counts.reduce((sum, count) => sum + count, 0)
  let wanted = size
  return counts.map((count) => {
    const share = withReplacement
      ? binomial(wanted, count / rest, random)
      : hypergeometric(wanted, count, rest, random)
    wanted -= share
    rest -= count
    return share
  })
}

/** How many of `trials` succeed, each with `probability`. */
export function binomial(trials: number, probability: number, random: SeededRandom): number {
  if (!(probability > 0)) return 0
  if (probability >= 1) return trials
  let successes = 0
  for (let i = 0; i < trials; i += 1) if (random.float() < probability) successes += 1
  return successes
}

/** How many of `drawn` rows out of `total` are among `marked` ones. */
function hypergeometric(
  drawn: number,
  marked: number,
  total: number,
  random: SeededRandom,
): number {
  // Draws and marks may change places: the fewer are gone through.
  const [steps, targets] = drawn < marked ? [drawn, marked] : [marked, drawn]
  let hits = 0
  for (let i = 0; i < steps; i += 1) {
    if (random.float() * (total - i) < targets - hits) hits += 1
  }
  return hits
}

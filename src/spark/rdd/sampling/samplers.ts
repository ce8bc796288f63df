import type { SeededRandom } from './seeded-random.ts'

/** How often the next row is in the sample: 0 for not at all. */
export type Sampler = () => number

/** Each row once, with probability `fraction`. */
export function bernoulli(fraction: number, random: SeededRandom): Sampler {
  return () => (random.float() < fraction ? 1 : 0)
}

/** Each row whose number lies in [from, to): cells of one seed part the rows among them. */
export function bernoulliCell(from: number, to: number, random: SeededRandom): Sampler {
  return () => {
    const number = random.float()
    return number >= from && number < to ? 1 : 0
  }
}

/** Each row as often as a Poisson variable with mean `mean` says: a sample with replacement. */
export function poisson(mean: number, random: SeededRandom): Sampler {
  return () => poissonNumber(mean, random)
}

/** Above this mean, halves are drawn, whose sum has the same distribution; exp(-mean) stays well above zero. */
const SMALL_MEAN = 30

/**
 * A Poisson variable.
 *
 * @see Knuth, The Art of Computer Programming, volume 2, 3.4.1
 */
export function poissonNumber(mean: number, random: SeededRandom): number {
  if (mean <= 0) return 0
  if (mean > SMALL_MEAN) return poissonNumber(mean / 2, random) + poissonNumber(mean / 2, random)
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.float(); product > limit; product *= random.float()) count += 1
  return count
}

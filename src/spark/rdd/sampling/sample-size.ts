/**
 * The fraction to sample so that at least `size` of `total` rows come out with a probability of 0.9999 or more.
 *
 * @see SamplingUtils.computeFractionForSampleSize in Spark
 */
export function fractionForSize(size: number, total: number, withReplacement: boolean): number {
  return withReplacement ? poissonUpperBound(size) / total : binomialUpperBound(size / total, total)
}

/** A mean above which a Poisson variable is at least `size` nearly always. */
function poissonUpperBound(size: number): number {
  const deviations = size < 6 ? 12 : size < 16 ? 9 : 6
  return Math.max(size + deviations * Math.sqrt(size), 1e-10)
}

function binomialUpperBound(fraction: number, total: number): number {
  const gamma = -Math.log(1e-4) / total
  const bound = fraction + gamma + Math.sqrt(gamma * gamma + 2 * gamma * fraction)
  return Math.min(1, Math.max(1e-10, bound))
}

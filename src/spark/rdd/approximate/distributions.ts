/** Quantiles of the distributions that bounds are taken from, by their distribution functions and bisection. */

/** Of the standard normal distribution, to about nine digits. @see Acklam's algorithm */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    return (
      (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q +
        3.754408661907416) *
        q +
        1)
    )
  }
  const q = p - 0.5
  const r = q * q
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
      1)
  )
}

/** Of Student's t distribution. */
export function studentQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  const below = (t: number): number =>
    1 - 0.5 * regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  let high = 1
  while (below(high) < p && high < 1e12) high *= 2
  return bisected(0, high, (t) => below(t) >= p)
}

/** What a sum that should reach a share may miss it by. */
const ROUNDING = 1e-12

/** Of the number of failures before `successes` successes, each of probability `p`; the smallest that reaches `share`. */
export function negativeBinomialQuantile(share: number, successes: number, p: number): number {
  return smallest((k) => regularizedBeta(p, successes, k + 1) >= share - ROUNDING)
}

/** Of a Poisson variable; the smallest number that reaches `share`. Beyond a mean of 10,000 as a normal one. */
export function poissonQuantile(share: number, mean: number): number {
  if (mean > 10_000) {
    return Math.max(0, Math.round(mean + normalQuantile(share) * Math.sqrt(mean)))
  }
  let term = Math.exp(-mean)
  if (term === 0) return Math.max(0, Math.round(mean + normalQuantile(share) * Math.sqrt(mean)))
  let below = term
  let k = 0
  while (below < share - ROUNDING && k < mean * 10 + 1000) {
    k += 1
    term *= mean / k
    below += term
  }
  return k
}

/** I_x(a, b), by Lentz's continued fraction. @see Press and others, Numerical Recipes, 6.4 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x),
  )
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

const TINY = 1e-300

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-14) break
  }
  return fraction
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

/** ln Γ(x) for x > 0, by Lanczos' approximation. */
function logGamma(x: number): number {
  const coefficients = [
    76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155,
    0.1208650973866179e-2, -0.5395239384953e-5,
  ]
  const shifted = x + 5.5
  let sum = 1.000000000190015
  for (const [i, coefficient] of coefficients.entries()) sum += coefficient / (x + 1 + i)
  return (x + 0.5) * Math.log(shifted) - shifted + Math.log((2.5066282746310005 * sum) / x)
}

function bisected(low: number, high: number, reaches: (x: number) => boolean): number {
  let [from, to] = [low, high]
  for (let i = 0; i < 200 && to - from > 1e-12 * Math.max(1, to); i += 1) {
    const middle = (from + to) / 2
    if (reaches(middle)) to = middle
    else from = middle
  }
  return to
}

/** The smallest integer of 0 or more for which `reaches` holds; it holds for all that are larger. */
function smallest(reaches: (k: number) => boolean): number {
  if (reaches(0)) return 0
  let high = 1
  while (!reaches(high) && high < 2 ** 50) high *= 2
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (reaches(middle)) high = middle
    else low = middle
  }
  return high
}

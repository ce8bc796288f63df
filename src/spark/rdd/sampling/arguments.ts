import { invalidArgument } from '../../errors.ts'

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless it is a number in 0 … most */
export function checkedFraction(where: string, fraction: number, most: number): number {
  if (fraction >= 0 && fraction <= most && Number.isFinite(fraction)) return fraction
  const accepted = most === Infinity ? 'a number of 0 or more' : `a number in 0 … ${most}`
  throw invalidArgument(`${where}: fraction`, fraction, accepted)
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless it is an integer that a number holds exactly */
export function checkedSeed(where: string, seed: number): number {
  if (Number.isSafeInteger(seed)) return seed
  throw invalidArgument(`${where}: seed`, seed, 'an integer in -2^53 … 2^53')
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless there are some, none is negative and their sum is above 0 */
export function checkedWeights(where: string, weights: readonly number[]): void {
  const fine =
    Array.isArray(weights) &&
    weights.length > 0 &&
    weights.every((weight) => Number.isFinite(weight) && weight >= 0) &&
    weights.some((weight) => weight > 0)
  if (fine) return
  throw invalidArgument(
    `${where}: weights`,
    JSON.stringify(weights),
    'an array of numbers of 0 or more, one of them above 0',
  )
}

/** As pairs. @throws TROUPE_SPARK_ARGUMENT_INVALID unless all are in 0 … most */
export function checkedFractions<K>(
  where: string,
  fractions: ReadonlyMap<K, number>,
  most: number,
): (readonly [K, number])[] {
  // From JavaScript anything may come.
  if (typeof (fractions as Partial<ReadonlyMap<K, number>> | undefined)?.entries !== 'function') {
    throw invalidArgument(`${where}: fractions`, fractions, 'a Map of keys to fractions')
  }
  const pairs = [...fractions.entries()]
  for (const [, fraction] of pairs) checkedFraction(where, fraction, most)
  return pairs
}

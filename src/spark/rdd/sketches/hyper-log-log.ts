import { invalidArgument } from '../../errors.ts'
import { hashKey, secondHash } from '../../keys/index.ts'
import type { SketchKind } from './sketch.ts'

/** Bits of the second hash, in whose leading zeros ranks are read. */
const RANK_BITS = 32

export interface DistinctProps {
  /** 2^p registers of a byte each; 4 … 18. */
  readonly p: number
}

/**
 * How many values differ, about: HyperLogLog over the two 32-bit hashes of a value. The estimate has a relative standard
 * deviation of about 1.04 / √(2^p), without a bias for few or many, so it needs no tables of corrections.
 *
 * @see Flajolet and others, HyperLogLog, 2007; Ertl, New cardinality estimation algorithms for HyperLogLog sketches, 2017
 */
export const distinctSketch: SketchKind<Uint8Array, unknown, DistinctProps, number> = {
  create: ({ p }) => new Uint8Array(1 << p),
  add: (registers, value, { p }) => {
    const at = hashKey(value) >>> (32 - p)
    const rank = Math.clz32(secondHash(value)) + 1
    if (rank > (registers[at] as number)) registers[at] = rank
    return registers
  },
  merge: (left, right) => {
    for (let i = 0; i < right.length; i += 1) {
      const rank = right[i] as number
      if (rank > (left[i] as number)) left[i] = rank
    }
    return left
  },
  result: (registers) => Math.round(estimate(registers)),
}

/**
 * The precision for a relative standard deviation.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see RDD.countApproxDistinct in Spark
 */
export function precisionFor(where: string, relativeSd: number): number {
  const p = Math.max(4, Math.ceil(2 * Math.log2(1.054 / relativeSd)))
  if (relativeSd > 0 && p <= 18) return p
  throw invalidArgument(
    `${where}: relativeSD`,
    relativeSd,
    'a number from 0.0021 to 1, such as 0.05',
  )
}

function estimate(registers: Uint8Array): number {
  const m = registers.length
  const counts = Array.from({ length: RANK_BITS + 2 }, () => 0)
  for (const rank of registers) counts[rank] = (counts[rank] as number) + 1
  let z = m * tau(1 - (counts[RANK_BITS + 1] as number) / m)
  for (let rank = RANK_BITS; rank >= 1; rank -= 1) z = 0.5 * (z + (counts[rank] as number))
  z += m * sigma((counts[0] as number) / m)
  return (m * m) / (2 * Math.LN2 * z)
}

function sigma(share: number): number {
  if (share === 1) return Infinity
  let [x, y, z, before] = [share, 1, share, NaN]
  while (z !== before) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let [x, y, z, before] = [share, 1, 1 - share, NaN]
  while (z !== before) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}

import { flatMapBatches, transformBatches, type Batches } from '../../batches/index.ts'
import { invalidArgument } from '../../errors.ts'
import { KeyMap } from '../../keys/index.ts'
import { requirePairs, type Pair, type Partitioner } from '../../shuffle/index.ts'
import type { KeyColumns } from '../actions/key-actions.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import { poissonNumber } from '../sampling/samplers.ts'
import { SeededRandom } from '../sampling/seeded-random.ts'
import { binomial, sharesOf } from '../sampling/shares.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

interface SampleByKeyProps {
  readonly withReplacement: boolean
  readonly fractions: readonly (readonly [unknown, number])[]
  readonly seed: number
}

/** A random sample of the pairs, with a fraction for each key. */
export class SampleByKeyRDD extends NarrowRDD<Pair, Pair, SampleByKeyProps> {
  readonly kind = 'sampleByKey'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: SampleByKeyProps) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { withReplacement, seed } = this.props
    const fractions = mapOf(this.props.fractions)
    const random = new SeededRandom(seed, split.index)
    const rows = checkedPairs(this.parent.iterator(split, context), 'sampleByKey')
    return flatMapBatches(rows, (pair) => {
      const fraction = fractionOf(fractions, pair[0], 'sampleByKey')
      if (!withReplacement) return random.float() < fraction ? [pair] : []
      return repeated(pair, poissonNumber(fraction, random))
    })
  }
}

interface ExactPartition extends Partition {
  readonly split: Partition
  /** For each key that this partition has: its pairs here, and how many of them are in the sample. */
  readonly shares: readonly (readonly [key: unknown, count: number, share: number])[]
}

/**
 * A random sample with an exact number of pairs for each key: the numbers are shared out among the partitions at random, by
 * how many pairs each has, and each partition draws its share.
 *
 * partitions: the parent's, each with its shares, for which a job counts; dependencies: one narrow; partitioner: the
 * parent's.
 */
export class SampleByKeyExactRDD extends RDD<Pair> {
  override readonly partitioner: Partitioner | undefined
  readonly #parent: RDD<Pair>
  readonly #props: SampleByKeyProps

  constructor(context: RddContext, parents: readonly RDD<never>[], props: SampleByKeyProps) {
    const parent = parents[0] as RDD<never>
    super(context, [narrow(parent)])
    this.#parent = parent
    this.#props = props
    this.partitioner = parent.partitioner
  }

  async getPartitions(): Promise<readonly ExactPartition[]> {
    const splits = await this.#parent.partitions()
    this.settle(this.#parent.partitioner)
    const { withReplacement, seed } = this.#props
    const fractions = mapOf(this.#props.fractions)
    const counts = await this.#counts()
    const random = new SeededRandom(seed, splits.length)
    const shares: (readonly [unknown, number, number])[][] = splits.map(() => [])
    for (const { key, value } of counts.entries()) {
      const total = value.reduce((sum, count) => sum + count, 0)
      const size = Math.ceil(fractionOf(fractions, key, 'sampleByKeyExact') * total)
      for (const [i, share] of sharesOf(value, size, withReplacement, random).entries()) {
        if (share > 0) shares[i]?.push([key, value[i] as number, share])
      }
    }
    return splits.map((split, index) => ({ index, split, shares: shares[index] ?? [] }))
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { split: inner, shares } = split as ExactPartition
    const { withReplacement, seed } = this.#props
    const random = new SeededRandom(seed, split.index)
    const left = new KeyMap<unknown, { pairs: number; wanted: number }>()
    for (const [key, pairs, wanted] of shares) left.add(key, { pairs, wanted })
    const rows = this.#parent.iterator(inner, context)
    return flatMapBatches(rows, (pair) => {
      const of = left.get(pair[0])?.value
      if (of === undefined || of.wanted === 0) return []
      // Of those that are left, each is as likely as any other.
      const probability = of.wanted / of.pairs
      const times = withReplacement
        ? binomial(of.wanted, 1 / of.pairs, random)
        : Number(random.float() < probability)
      of.pairs -= 1
      of.wanted -= times
      return repeated(pair, times)
    })
  }

  override toSpec(): OperatorSpec {
    return { kind: 'sampleByKeyExact', props: this.#props }
  }

  /** By key: how many pairs each partition has. */
  async #counts(): Promise<KeyMap<unknown, number[]>> {
    const action = { kind: 'countBy', props: { of: 'key' } }
    const parts = await this.context.runJob(this.#parent, action, { name: 'sampleByKeyExact' })
    const counts = new KeyMap<unknown, number[]>()
    for (const [i, { keys, values }] of (parts as readonly KeyColumns[]).entries()) {
      for (const [at, key] of keys.entries()) {
        let each = counts.get(key)?.value
        if (each === undefined) {
          each = parts.map(() => 0)
          counts.add(key, each)
        }
        each[i] = values[at] as number
      }
    }
    return counts
  }
}

function mapOf(fractions: SampleByKeyProps['fractions']): KeyMap<unknown, number> {
  const map = new KeyMap<unknown, number>()
  for (const [key, fraction] of fractions) {
    if (map.get(key) === undefined) map.add(key, fraction)
  }
  return map
}

function fractionOf(fractions: KeyMap<unknown, number>, key: unknown, operation: string): number {
  const entry = fractions.get(key)
  if (entry !== undefined) return entry.value
  const accepted = 'a fraction for every key there is; filter out the pairs of other keys before it'
  throw invalidArgument(`${operation}: fractions`, `none for the key ${String(key)}`, accepted)
}

function checkedPairs(rows: Batches<Pair>, operation: string): Batches<Pair> {
  return transformBatches(rows, (batch) => {
    requirePairs(batch, operation)
    return batch
  })
}

function repeated<T>(row: T, times: number): T[] {
  return Array.from({ length: times }, () => row)
}

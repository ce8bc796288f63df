import { batchesOf, laterBatches, type Batches } from '../../batches/index.ts'
import { compareKeys } from '../../keys/index.ts'
import {
  combineMapOutput,
  partitionerOf,
  type Aggregator,
  type Pair,
  type Partitioner,
  type PartitionerSpec,
} from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { combinePartition } from './pair-operators.ts'
import { reduceColumns } from './reduce-columns.ts'

export interface ShuffledProps {
  readonly shuffleId: number
  readonly partitioner: Partitioner | PartitionerSpec
  readonly aggregator?: Aggregator
  readonly order?: 'ascending' | 'descending'
}

/**
 * The pairs of the parent where the partitioner puts them, combined by key or in order of key if so asked.
 *
 * partitions: the partitioner's; dependencies: one shuffle (none on executors, where the parent's rows come
 * from map outputs); preferred locations: none; partitioner: its own.
 */
export class ShuffledRDD extends RDD<Pair> {
  override readonly partitioner: Partitioner
  readonly shuffleId: number
  readonly #aggregator: Aggregator | undefined
  readonly #order: 'ascending' | 'descending' | undefined

  constructor(context: RddContext, parents: readonly RDD<never>[], props: ShuffledProps) {
    const partitioner =
      'type' in props.partitioner ? partitionerOf(props.partitioner) : props.partitioner
    const { shuffleId, aggregator, order } = props
    const parent = parents[0] as RDD<Pair> | undefined
    const shuffle = { type: 'shuffle', shuffleId, partitioner, aggregator } as const
    super(context, parent === undefined ? [] : [{ ...shuffle, rdd: parent }])
    this.partitioner = partitioner
    this.shuffleId = shuffleId
    this.#aggregator = aggregator
    this.#order = order
  }

  getPartitions(): readonly Partition[] {
    return Array.from({ length: this.partitioner.numPartitions }, (_, index) => ({ index }))
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const pairs = context.shuffle.read(this.shuffleId, split.index)
    if (this.#aggregator !== undefined) {
      const combine = combineMapOutput(this.#aggregator)
      const onRows = (rows: Batches<Pair>): Promise<Batches<Pair>> =>
        combinePartition(rows, combine, context)
      return laterBatches(reduceColumns(pairs, this.#aggregator, context, onRows))
    }
    return this.#order === undefined ? pairs : laterBatches(sorted(pairs, this.#order))
  }

  override toSpec(): OperatorSpec {
    const props: ShuffledProps = {
      shuffleId: this.shuffleId,
      partitioner: this.partitioner.toSpec(),
      ...(this.#aggregator === undefined ? {} : { aggregator: this.#aggregator }),
      ...(this.#order === undefined ? {} : { order: this.#order }),
    }
    return { kind: 'shuffled', props }
  }
}

/** In order of key; pairs of equal keys stay in order of map partition. */
async function sorted(
  pairs: Batches<Pair>,
  order: 'ascending' | 'descending',
): Promise<Batches<Pair>> {
  const rows = await pairs.toArray()
  const sign = order === 'ascending' ? 1 : -1
  return batchesOf(rows.sort((a, b) => sign * compareKeys(a[0], b[0])))
}

import { Batches, laterBatches } from '../../batches/index.ts'
import {
  RecordSorter,
  choosePartitioner,
  combineMapOutput,
  isSamePartitioner,
  partitionerOf,
  type Aggregator,
  type Pair,
  type Partitioner,
  type PartitionerSpec,
} from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import { prepareRanges } from '../range-samples.ts'
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
 * from map outputs), unless the parent lies by the same partitioner, when all of this is done in place; preferred
 * locations: none; partitioner: its own.
 */
export class ShuffledRDD extends RDD<Pair> {
  override readonly partitioner: Partitioner
  readonly shuffleId: number
  readonly #aggregator: Aggregator | undefined
  readonly #order: 'ascending' | 'descending' | undefined
  readonly #parent: RDD<Pair> | undefined
  /** The parent's keys have turned out to lie where they should. */
  #isInPlace = false

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
    this.#parent = parent
  }

  async getPartitions(): Promise<readonly Partition[]> {
    const partitioner = await choosePartitioner(this.partitioner)
    const parent = this.#parent
    if (parent?.partitioner !== undefined && this.#order === undefined) {
      const partitions = await parent.partitions()
      if (isSamePartitioner(parent.partitioner, partitioner)) {
        this.#isInPlace = true
        this.settle(partitioner, [narrow(parent)])
        return partitions
      }
    }
    if (parent !== undefined) await prepareRanges({ rdd: parent, partitioner })
    this.settle(partitioner)
    return Array.from({ length: partitioner.numPartitions }, (_, index) => ({ index }))
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { shuffleId } = this
    if (this.#aggregator !== undefined) {
      const pairs = context.shuffle.read(shuffleId, split.index)
      const combining = combineMapOutput(this.#aggregator)
      const name = `combiner of shuffle ${shuffleId}`
      const onRows = (rows: Batches<Pair>): Promise<Batches<Pair>> =>
        combinePartition(rows, combining, context, name)
      return laterBatches(reduceColumns(pairs, this.#aggregator, context, onRows))
    }
    if (this.#order === undefined) return context.shuffle.read(shuffleId, split.index)
    const pages = context.shuffle.readPages(shuffleId, split.index)
    const name = `sorter of shuffle ${shuffleId}`
    const inOrder = laterBatches(sorted(pages, this.#order === 'ascending', context, name))
    return context.recognises ? inOrder : new Batches(inOrder.next, inOrder.close)
  }

  override toSpec(): OperatorSpec {
    if (this.#isInPlace) {
      return this.#aggregator === undefined
        ? { kind: 'unchanged', props: {} }
        : { kind: 'combinePartitions', props: { aggregator: this.#aggregator } }
    }
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
  pages: Batches<Uint8Array>,
  isAscending: boolean,
  context: TaskContext,
  name: string,
): Promise<Batches<Pair>> {
  const sorter = new RecordSorter(context.spillSpace, context.memory, isAscending, name)
  await pages.forEachBatch((batch) => {
    context.throwIfCancelled()
    return sorter.add(batch)
  })
  context.metrics.shuffleReadRecords += sorter.records
  return sorter.finish()
}

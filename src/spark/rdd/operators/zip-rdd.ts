import { Batches, type Batch, type Rows } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import type { Pair, Partitioner } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { PartitionEvaluatorFactory } from '../partition-evaluator.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { opened } from './row-operators.ts'

interface ZippedPartition extends Partition {
  /** One of each parent. */
  readonly splits: readonly Partition[]
}

/**
 * RDDs side by side: partition i from partition i of each.
 *
 * partitions: as many as each parent has, which must be the same; dependencies: one narrow for each; partitioner: as the
 * operator says.
 */
abstract class SideBySideRDD<U> extends RDD<U> {
  protected readonly parents: readonly RDD<never>[]

  constructor(context: RddContext, parents: readonly RDD<never>[]) {
    super(
      context,
      parents.map((rdd) => narrow(rdd)),
    )
    this.parents = parents
  }

  /** @throws TROUPE_SPARK_PARTITIONS_DIFFER */
  async getPartitions(): Promise<readonly ZippedPartition[]> {
    const all: (readonly Partition[])[] = []
    for (const rdd of this.parents) all.push(await rdd.partitions())
    this.settle(this.sharedPartitioner())
    const counts = all.map(({ length }) => length)
    if (new Set(counts).size > 1) throw partitionsDiffer(`${counts.join(' and ')} partitions`)
    const first = all[0] ?? []
    return first.map((_, index) => ({
      index,
      splits: all.map((each) => each[index] as Partition),
    }))
  }

  /** How keys are spread, as far as it is known now. */
  protected sharedPartitioner(): Partitioner | undefined {
    return undefined
  }

  protected open(split: Partition, context: TaskContext): Batches<unknown>[] {
    const { splits } = split as ZippedPartition
    return this.parents.map((rdd, i) => rdd.iterator(splits[i] as Partition, context))
  }
}

/** The n-th row of one beside the n-th of the other. */
export class ZipRDD<T, U> extends SideBySideRDD<Pair<T, U>> {
  /** @throws TROUPE_SPARK_PARTITIONS_DIFFER when a partition has more rows than its neighbour */
  compute(split: Partition, context: TaskContext): Batches<Pair<T, U>> {
    const [left, right] = this.open(split, context) as [Batches<T>, Batches<U>]
    return zipped(left, right, split.index)
  }

  override toSpec(): OperatorSpec {
    return { kind: 'zip', props: {} }
  }
}

export interface ZipPartitionsProps {
  readonly f: (...rows: Batches<never>[]) => Rows<unknown> | Promise<Rows<unknown>>
  readonly preservesPartitioning?: boolean
}

/** The rows of a partition of each through `f`. */
export class ZipPartitionsRDD<U> extends SideBySideRDD<U> {
  override readonly partitioner: Partitioner | undefined
  readonly #props: ZipPartitionsProps

  constructor(context: RddContext, parents: readonly RDD<never>[], props: ZipPartitionsProps) {
    super(context, parents)
    this.#props = props
    this.partitioner = this.sharedPartitioner()
  }

  protected override sharedPartitioner(): Partitioner | undefined {
    if (this.#props.preservesPartitioning !== true) return undefined
    return this.parents
      .map(({ partitioner }) => partitioner)
      .find((partitioner) => partitioner !== undefined)
  }

  compute(split: Partition, context: TaskContext): Batches<U> {
    return opened(this.#props.f(...(this.open(split, context) as Batches<never>[]))) as Batches<U>
  }

  override toSpec(): OperatorSpec {
    return { kind: 'zipPartitions', props: this.#props }
  }
}

/** The rows of a partition of each through an evaluator of the task's own. */
export class EvaluatedRDD<T, U> extends SideBySideRDD<U> {
  readonly #factory: PartitionEvaluatorFactory<T, U>

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { readonly factory: PartitionEvaluatorFactory<T, U> },
  ) {
    super(context, parents)
    this.#factory = props.factory
  }

  compute(split: Partition, context: TaskContext): Batches<U> {
    const rows = this.open(split, context) as Batches<T>[]
    return opened(this.#factory.createEvaluator().eval(split.index, ...rows))
  }

  override toSpec(): OperatorSpec {
    return { kind: 'evaluated', props: { factory: this.#factory } }
  }
}

function zipped<T, U>(left: Batches<T>, right: Batches<U>, partition: number): Batches<Pair<T, U>> {
  let ours: Batch<T> = []
  let theirs: Batch<U> = []
  const close = async (): Promise<void> => {
    await left.close()
    await right.close()
  }
  const next = async (): Promise<Batch<Pair<T, U>> | undefined> => {
    const mine = ours.length > 0 ? ours : await pull(left)
    const others = theirs.length > 0 ? theirs : await pull(right)
    if (mine === undefined && others === undefined) return undefined
    if (mine === undefined || others === undefined) {
      throw partitionsDiffer(`rows that have no neighbour in partition ${partition}`)
    }
    const length = Math.min(mine.length, others.length)
    const pairs: Pair<T, U>[] = []
    for (let i = 0; i < length; i += 1) pairs.push([mine[i] as T, others[i] as U])
    ours = mine.slice(length)
    theirs = others.slice(length)
    return pairs
  }
  return new Batches(next, close)
}

/** The next batch that has rows. */
async function pull<T>(source: Batches<T>): Promise<Batch<T> | undefined> {
  for (;;) {
    const batch = await source.next()
    if (batch === undefined || batch.length > 0) return batch
  }
}

function partitionsDiffer(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_PARTITIONS_DIFFER',
    `RDDs side by side have ${what}; zip takes RDDs with as many partitions and as many rows in each, ` +
      'zipPartitions with as many partitions: derive both from one RDD by map, or join them by a key',
    { data: { what } },
  )
}

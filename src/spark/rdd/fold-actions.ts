import { foldBatch, type Batches, type Later } from '../batches/index.ts'
import { checkFunction, emptyCollection, invalidArgument } from '../errors.ts'
import { IndexPartitioner, type Pair, type Partitioner } from '../shuffle/index.ts'
import { Actions, type ActionOptions } from './actions.ts'
import { resultsOf } from './actions/results.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'
import { asRDD } from './transformations.ts'
import type { TaskContext } from './task-context.ts'
import { zeroOf } from './zero-value.ts'

/** Options of actions in the form of a tree. */
export interface TreeOptions extends ActionOptions {
  /** Levels of the tree; 2 by default: rows to partial results, these to few, those to the result on the driver. */
  readonly depth?: number
}

/** What makes one value of all rows. Functions may be async; they are awaited one after the other. */
export abstract class FoldActions<T> extends Actions<T> {
  /** All rows merged by `f`, an associative and commutative function. @throws TROUPE_SPARK_EMPTY_COLLECTION */
  async reduce(f: (left: T, right: T) => Later<T>, options: ActionOptions = {}): Promise<T> {
    checkFunction('reduce', f)
    return mergedOf('reduce', await resultsOf<readonly T[]>(this, 'reduce', { f }, options), f)
  }

  /**
   * All rows folded into `zero` by `f`: once in each partition and once more with what these come to, so `zero` should be
   * neutral to `f`.
   */
  async fold(zero: T, f: (left: T, right: T) => Later<T>, options: ActionOptions = {}): Promise<T> {
    checkFunction('fold', f)
    return this.aggregate(zero, f, f, options)
  }

  /**
   * The rows of each partition folded into a copy of `zero` by `seqOp`, and what these come to into another by `combOp`, in
   * order of partition. Both may change and return their first argument.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID for a `zero` that can't be copied
   */
  async aggregate<U>(
    zero: U,
    seqOp: (value: U, row: T) => Later<U>,
    combOp: (left: U, right: U) => Later<U>,
    options: ActionOptions = {},
  ): Promise<U> {
    checkFunction('aggregate: seqOp', seqOp)
    checkFunction('aggregate: combOp', combOp)
    const own = zeroOf('aggregate', zero)
    const parts = await resultsOf<U>(this, 'aggregate', { zero: own, seqOp }, options)
    return foldBatch(own, parts, combOp)
  }

  /**
   * As {@link FoldActions.reduce}, with partial results merged on executors first, so that the driver merges only few. For
   * many partitions, or results that are large.
   *
   * @throws TROUPE_SPARK_EMPTY_COLLECTION, TROUPE_SPARK_ARGUMENT_INVALID
   */
  async treeReduce(f: (left: T, right: T) => Later<T>, options: TreeOptions = {}): Promise<T> {
    checkFunction('treeReduce', f)
    const partial: RDD<T> = eachPartition(this, { kind: 'reduce', props: { f } }, true)
    const few = await mergedInTree('treeReduce', partial, options, (keyed, partitioner) =>
      keyed.reduceByKey(f, partitioner),
    )
    const name = { ...options, name: 'treeReduce' }
    return mergedOf('treeReduce', await resultsOf<readonly T[]>(few, 'reduce', { f }, name), f)
  }

  /**
   * As {@link FoldActions.aggregate}, with partial results merged on executors first, each time into a copy of `zero`. `combOp`
   * must be commutative.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async treeAggregate<U>(
    zero: U,
    seqOp: (value: U, row: T) => Later<U>,
    combOp: (left: U, right: U) => Later<U>,
    options: TreeOptions = {},
  ): Promise<U> {
    checkFunction('treeAggregate: seqOp', seqOp)
    checkFunction('treeAggregate: combOp', combOp)
    const own = zeroOf('treeAggregate', zero)
    const spec = { kind: 'aggregate', props: { zero: own, seqOp } }
    const partial: RDD<U> = eachPartition(this, spec, false)
    const few = await mergedInTree('treeAggregate', partial, options, (keyed, partitioner) =>
      keyed.foldByKey(own, combOp, partitioner),
    )
    const fold = { zero: own, seqOp: combOp }
    const name = { ...options, name: 'treeAggregate' }
    return foldBatch(own, await resultsOf<U>(few, 'aggregate', fold, name), combOp)
  }

  /** Calls `f` with the rows of each partition, on the executors. */
  async foreachPartition(
    f: (rows: Batches<T>, context: TaskContext) => Later<void>,
    options: ActionOptions = {},
  ): Promise<void> {
    checkFunction('foreachPartition', f)
    await resultsOf(this, 'foreachPartition', { f }, options)
  }
}

async function mergedOf<T>(
  action: string,
  parts: readonly (readonly T[])[],
  f: (left: T, right: T) => Later<T>,
): Promise<T> {
  const values = parts.flatMap((part) => part)
  if (values.length === 0) throw emptyCollection(action)
  return foldBatch(values[0] as T, values, f, 1)
}

/** What an action comes to in each partition as a row, or as rows. */
function eachPartition<U>(
  rdd: FoldActions<unknown>,
  action: { readonly kind: string; readonly props: unknown },
  isFlat: boolean,
): RDD<U> {
  return createOperator('eachPartition', rdd.context, [asRDD(rdd)], { action, isFlat })
}

/**
 * Merges partial results until so few partitions are left that another level would not pay.
 *
 * @see RDD.treeAggregate in Spark
 */
async function mergedInTree<U>(
  action: string,
  partial: RDD<U>,
  { depth = 2 }: TreeOptions,
  merge: (keyed: RDD<Pair<number, U>>, partitioner: Partitioner) => RDD<Pair<number, U>>,
): Promise<RDD<U>> {
  if (!Number.isInteger(depth) || depth < 1) {
    throw invalidArgument(`${action}: depth`, depth, 'an integer of 1 or more')
  }
  let numPartitions = (await partial.partitions()).length
  const scale = Math.max(Math.ceil(numPartitions ** (1 / depth)), 2)
  let merged = partial
  while (numPartitions > scale + Math.ceil(numPartitions / scale)) {
    numPartitions = Math.floor(numPartitions / scale)
    const keyed: RDD<Pair<number, U>> = createOperator(
      'keyByPartition',
      merged.context,
      [asRDD(merged)],
      { numPartitions },
    )
    merged = merge(keyed, new IndexPartitioner(numPartitions)).values()
  }
  return merged
}

import { BATCH_ROWS, Batches, laterBatches, transformBatches } from '../../batches/index.ts'
import { KeyTable } from '../../keys/index.ts'
import {
  combineValues,
  operationOf,
  requirePairs,
  type Aggregator,
  type Pair,
} from '../../shuffle/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

/** Pairs of `f(row)` and the row. */
export class KeyByRDD<K, T> extends NarrowRDD<T, Pair<K, T>, { readonly f: (row: T) => K }> {
  readonly kind = 'keyBy'

  compute(split: Partition, context: TaskContext): Batches<Pair<K, T>> {
    const { f } = this.props
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      const pairs: Pair<K, T>[] = []
      for (let i = 0; i < batch.length; i += 1) pairs.push([f(batch[i] as T), batch[i] as T])
      return pairs
    })
  }
}

/** Every value through `f`. */
export class MapValuesRDD<K, V, U> extends NarrowRDD<
  Pair<K, V>,
  Pair<K, U>,
  { readonly f: (value: V) => U }
> {
  readonly kind = 'mapValues'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: { f: (value: V) => U }) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<K, U>> {
    const { f } = this.props
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      requirePairs(batch, 'mapValues')
      return batch.map(([key, value]) => [key, f(value)] as const)
    })
  }
}

/** The keys. */
export class KeysRDD<K> extends NarrowRDD<Pair<K>, K, object> {
  readonly kind = 'keys'

  compute(split: Partition, context: TaskContext): Batches<K> {
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      requirePairs(batch, 'keys')
      return batch.map((pair) => pair[0])
    })
  }
}

/** The values. */
export class ValuesRDD<V> extends NarrowRDD<Pair<unknown, V>, V, object> {
  readonly kind = 'values'

  compute(split: Partition, context: TaskContext): Batches<V> {
    return transformBatches(this.parent.iterator(split, context), (batch) => {
      requirePairs(batch, 'values')
      return batch.map((pair) => pair[1])
    })
  }
}

/** Combines the values of each key in place: the keys lie where they should already. */
export class CombinePartitionsRDD extends NarrowRDD<
  Pair,
  Pair,
  { readonly aggregator: Aggregator }
> {
  readonly kind = 'combinePartitions'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { aggregator: Aggregator },
  ) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { aggregator } = this.props
    const add = combineValues(aggregator)
    const combine: typeof add = (batch, into) => {
      requirePairs(batch, operationOf(aggregator))
      add(batch, into)
    }
    return laterBatches(combinePartition(this.parent.iterator(split, context), combine, context))
  }
}

/** Drains `rows` into a map of combiners and answers its pairs. */
export async function combinePartition(
  rows: Batches<Pair>,
  combine: ReturnType<typeof combineValues>,
  context: TaskContext,
): Promise<Batches<Pair>> {
  const combiners = new KeyTable()
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    combine(batch, combiners)
  })
  return pairsOf(combiners)
}

/** The pairs of a table, in order of its numbers. */
function pairsOf({ keys, values }: KeyTable): Batches<Pair> {
  let at = 0
  return new Batches(() => {
    if (at >= keys.length) return undefined
    const pairs: Pair[] = []
    for (const end = Math.min(keys.length, at + BATCH_ROWS); at < end; at += 1) {
      pairs.push([keys[at], values[at]])
    }
    return pairs
  })
}

/** Deals the rows out over `numPartitions` in turn, beginning with another one in each partition. */
export class DistributeRDD<T> extends NarrowRDD<
  T,
  Pair<number, T>,
  { readonly numPartitions: number }
> {
  readonly kind = 'distribute'

  compute(split: Partition, context: TaskContext): Batches<Pair<number, T>> {
    const { numPartitions } = this.props
    let next = split.index
    return transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.map((row) => [next++ % numPartitions, row] as const),
    )
  }
}

import {
  flatMapBatches,
  laterBatches,
  settleRows,
  transformBatches,
  type Batches,
  type Later,
} from '../../batches/index.ts'
import {
  ExternalCombiner,
  combineValues,
  operationOf,
  requirePairs,
  type Aggregator,
  type Combining,
  type Pair,
} from '../../shuffle/index.ts'
import { levelOfOrderSensitive, type DeterministicLevel } from '../determinism.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'
import { asKeys, picked, recognised } from './recognised.ts'
import { reduceColumns } from './reduce-columns.ts'

/** Pairs of `f(row)` and the row. */
export class KeyByRDD<K, T> extends NarrowRDD<T, Pair<K, T>, { readonly f: (row: T) => Later<K> }> {
  readonly kind = 'keyBy'

  compute(split: Partition, context: TaskContext): Batches<Pair<K, T>> {
    const { f } = this.props
    return recognised('keyBy', f, this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => {
        const pairs: Pair<K, T>[] = []
        for (let i = 0; i < batch.length; i += 1) {
          const row = batch[i] as T
          const key = f(row)
          if (key instanceof Promise) {
            const first = key.then((settled): Pair<K, T> => [settled, row])
            return settleRows(pairs, first, batch, i + 1, async (each) => [await f(each), each])
          }
          pairs.push([key, row])
        }
        return pairs
      }),
    )
  }
}

/** Every value through `f`. */
export class MapValuesRDD<K, V, U> extends NarrowRDD<
  Pair<K, V>,
  Pair<K, U>,
  { readonly f: (value: V) => Later<U> }
> {
  readonly kind = 'mapValues'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { f: (value: V) => Later<U> },
  ) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<K, U>> {
    const { f } = this.props
    return recognised('mapValues', f, this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => {
        requirePairs(batch, 'mapValues')
        const pairs: Pair<K, U>[] = []
        for (let i = 0; i < batch.length; i += 1) {
          const pair = batch[i] as Pair<K, V>
          const value = f(pair[1])
          if (value instanceof Promise) {
            const first = value.then((settled): Pair<K, U> => [pair[0], settled])
            return settleRows(pairs, first, batch, i + 1, async (each) => [
              each[0],
              await f(each[1]),
            ])
          }
          pairs.push([pair[0], value])
        }
        return pairs
      }),
    )
  }
}

type ValuesOf<U> = Later<Iterable<U>> | AsyncIterable<U>

/** Every value through `f`, a pair for each of its results. */
export class FlatMapValuesRDD<K, V, U> extends NarrowRDD<
  Pair<K, V>,
  Pair<K, U>,
  { readonly f: (value: V) => ValuesOf<U> }
> {
  readonly kind = 'flatMapValues'

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: { f: (value: V) => ValuesOf<U> },
  ) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<K, U>> {
    const { f } = this.props
    const rows = transformBatches(this.parent.iterator(split, context), (batch) => {
      requirePairs(batch, 'flatMapValues')
      return batch
    })
    return flatMapBatches(rows, ([key, value]) => withKey(key, f(value)))
  }
}

function withKey<K, U>(key: K, values: ValuesOf<U>): ValuesOf<Pair<K, U>> {
  if (values instanceof Promise) return values.then((settled) => keyed(key, settled))
  return Symbol.asyncIterator in values ? keyedLater(key, values) : keyed(key, values)
}

function* keyed<K, U>(key: K, values: Iterable<U>): Iterable<Pair<K, U>> {
  for (const value of values) yield [key, value]
}

async function* keyedLater<K, U>(key: K, values: AsyncIterable<U>): AsyncIterable<Pair<K, U>> {
  for await (const value of values) yield [key, value]
}

/** Rows as keys, with null for a value. */
export class RowsAsKeysRDD<T> extends NarrowRDD<T, Pair<T, null>, object> {
  readonly kind = 'rowsAsKeys'

  compute(split: Partition, context: TaskContext): Batches<Pair<T, null>> {
    return asKeys(this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => batch.map((row) => [row, null] as const)),
    )
  }
}

/** The keys. */
export class KeysRDD<K> extends NarrowRDD<Pair<K>, K, object> {
  readonly kind = 'keys'

  compute(split: Partition, context: TaskContext): Batches<K> {
    return picked(0, this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => {
        requirePairs(batch, 'keys')
        return batch.map((pair) => pair[0])
      }),
    )
  }
}

/** The values. */
export class ValuesRDD<V> extends NarrowRDD<Pair<unknown, V>, V, object> {
  readonly kind = 'values'

  compute(split: Partition, context: TaskContext): Batches<V> {
    return picked(1, this.parent.iterator(split, context), context, (source) =>
      transformBatches(source, (batch) => {
        requirePairs(batch, 'values')
        return batch.map((pair) => pair[1])
      }),
    )
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
    const { combine, merge } = combineValues(aggregator)
    const operation = operationOf(aggregator)
    const checked: Combining = {
      combine: (batch, into) => {
        requirePairs(batch, operation)
        return combine(batch, into)
      },
      merge,
    }
    const name = `combiner of ${operation}`
    const onRows = (rows: Batches<Pair>): Promise<Batches<Pair>> =>
      combinePartition(rows, checked, context, name)
    const rows = this.parent.iterator(split, context)
    // Of combiners that are not values, what does not fit memory could not be combined with the rest.
    if (aggregator.type === 'combine') return laterBatches(onRows(rows))
    return laterBatches(reduceColumns(rows, aggregator, context, onRows))
  }
}

/** The rows as they are: pairs that lie where a shuffle would bring them. */
export class UnchangedRDD<T> extends NarrowRDD<T, T, object> {
  readonly kind = 'unchanged'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: object) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    return this.parent.iterator(split, context)
  }
}

/** Each row once; rows that are equal lie in one partition already. */
export class DistinctInPlaceRDD<T> extends NarrowRDD<T, T, object> {
  readonly kind = 'distinctInPlace'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: object) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const rows = transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.map((row): Pair<T, null> => [row, null]),
    )
    const first = combineValues({ type: 'distinct' })
    const distinct = laterBatches(
      combinePartition(rows, first, context, 'combiner of distinct') as Promise<Batches<Pair<T>>>,
    )
    return transformBatches(distinct, (batch) => batch.map((pair) => pair[0]))
  }
}

/** Combines the pairs of `rows` by key; `name` is for people. */
export async function combinePartition(
  rows: Batches<Pair>,
  combining: Combining,
  context: TaskContext,
  name: string,
): Promise<Batches<Pair>> {
  const { spillSpace: space, memory } = context
  const combiner = new ExternalCombiner({ space, memory, combining, name })
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    return combiner.add(batch)
  })
  return combiner.finish()
}

/** Deals the rows out over `numPartitions` in turn, beginning with another one in each partition. */
export class DistributeRDD<T> extends NarrowRDD<
  T,
  Pair<number, T>,
  { readonly numPartitions: number }
> {
  readonly kind = 'distribute'

  /** Where a row goes depends on its place. */
  protected override getOutputDeterministicLevel(): DeterministicLevel {
    return levelOfOrderSensitive(this.parent.outputDeterministicLevel)
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<number, T>> {
    const { numPartitions } = this.props
    let next = split.index
    return transformBatches(this.parent.iterator(split, context), (batch) =>
      batch.map((row) => [next++ % numPartitions, row] as const),
    )
  }
}

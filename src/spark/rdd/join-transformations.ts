import { isSamePartitioner, type Pair } from '../shuffle/index.ts'
import { createOperator } from './operator-table.ts'
import { PairTransformations } from './pair-transformations.ts'
import { asManyAs, chosenPartitioner, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'
import { asRDD } from './transformations.ts'

/** What becomes of keys that one side of a join has not. */
type JoinType = 'inner' | 'left' | 'right' | 'full'

/**
 * What brings RDDs of pairs together by key. An RDD whose keys lie by the chosen partitioner already is not
 * shuffled. Groups that do not fit memory are spilled; those of a single key must fit.
 */
export abstract class JoinTransformations<T> extends PairTransformations<T> {
  /** One pair a key that any of them has: all its values in this RDD, and in each of the others. */
  cogroup<K, V, A>(
    this: RDD<Pair<K, V>>,
    others: readonly [RDD<Pair<K, A>>],
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V[], A[]]>>
  cogroup<K, V, A, B>(
    this: RDD<Pair<K, V>>,
    others: readonly [RDD<Pair<K, A>>, RDD<Pair<K, B>>],
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V[], A[], B[]]>>
  cogroup<K, V, A, B, C>(
    this: RDD<Pair<K, V>>,
    others: readonly [RDD<Pair<K, A>>, RDD<Pair<K, B>>, RDD<Pair<K, C>>],
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V[], A[], B[], C[]]>>
  cogroup(others: readonly unknown[], partitioning?: Partitioning): RDD<never> {
    const parents = [asRDD(this), ...(others as readonly RDD<never>[])] as const
    return together('cogroup', 'cogroup', parents, partitioning)
  }

  /** {@link JoinTransformations.cogroup} by its other name, with the partitioning left to the RDDs. */
  groupWith<K, V, A>(this: RDD<Pair<K, V>>, a: RDD<Pair<K, A>>): RDD<Pair<K, [V[], A[]]>>
  groupWith<K, V, A, B>(
    this: RDD<Pair<K, V>>,
    a: RDD<Pair<K, A>>,
    b: RDD<Pair<K, B>>,
  ): RDD<Pair<K, [V[], A[], B[]]>>
  groupWith<K, V, A, B, C>(
    this: RDD<Pair<K, V>>,
    a: RDD<Pair<K, A>>,
    b: RDD<Pair<K, B>>,
    c: RDD<Pair<K, C>>,
  ): RDD<Pair<K, [V[], A[], B[], C[]]>>
  groupWith(...others: readonly unknown[]): RDD<never> {
    const parents = [asRDD(this), ...(others as readonly RDD<never>[])] as const
    return together('cogroup', 'groupWith', parents, undefined)
  }

  /** For each key that both have, each value of this beside each of the other. */
  join<K, V, W>(
    this: RDD<Pair<K, V>>,
    other: RDD<Pair<K, W>>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V, W]>> {
    return joined('join', 'inner', asRDD(this), asRDD(other), partitioning)
  }

  /** As {@link JoinTransformations.join}; values of keys that the other has not come beside undefined. */
  leftOuterJoin<K, V, W>(
    this: RDD<Pair<K, V>>,
    other: RDD<Pair<K, W>>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V, W | undefined]>> {
    return joined('leftOuterJoin', 'left', asRDD(this), asRDD(other), partitioning)
  }

  /** As {@link JoinTransformations.join}; values of keys that this has not come beside undefined. */
  rightOuterJoin<K, V, W>(
    this: RDD<Pair<K, V>>,
    other: RDD<Pair<K, W>>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V | undefined, W]>> {
    return joined('rightOuterJoin', 'right', asRDD(this), asRDD(other), partitioning)
  }

  /** As {@link JoinTransformations.join}; values of keys that only one has come beside undefined. */
  fullOuterJoin<K, V, W>(
    this: RDD<Pair<K, V>>,
    other: RDD<Pair<K, W>>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, [V | undefined, W | undefined]>> {
    return joined('fullOuterJoin', 'full', asRDD(this), asRDD(other), partitioning)
  }

  /** The pairs whose keys the other has not; only the keys of the other matter. */
  subtractByKey<K, V, W>(
    this: RDD<Pair<K, V>>,
    other: RDD<Pair<K, W>>,
    partitioning?: Partitioning,
  ): RDD<Pair<K, V>> {
    const chosen = partitioning ?? this.partitioner ?? asManyAs(asRDD(this))
    return together('subtractByKey', 'subtractByKey', [asRDD(this), asRDD(other)], chosen)
  }
}

function joined<Result>(
  operation: string,
  type: JoinType,
  left: RDD<never>,
  right: RDD<never>,
  partitioning: Partitioning | undefined,
): Result {
  const groups: RDD<never> = together('cogroup', operation, [left, right], partitioning)
  return createOperator('joinGroups', left.context, [groups], { type })
}

/** An operator over RDDs that lie by one partitioner, or are put there by a shuffle each. */
function together<Result>(
  kind: string,
  operation: string,
  parents: readonly [RDD<never>, ...RDD<never>[]],
  partitioning: Partitioning | undefined,
): Result {
  const [first] = parents
  const partitioner = chosenPartitioner(parents, partitioning)
  const shuffleIds = parents.map((rdd) =>
    isSamePartitioner(rdd.partitioner, partitioner) ? undefined : rdd.context.newShuffleId(),
  )
  return createOperator(kind, first.context, parents, { operation, partitioner, shuffleIds })
}

import { isSamePartitioner, type Aggregator, type Partitioner } from '../shuffle/index.ts'
import { createOperator } from './operator-table.ts'
import { chosenPartitioner, type Partitioning } from './partitioning.ts'
import type { RDD } from './rdd.ts'

/** Combines after a shuffle, or in place when the keys already lie where they should. */
export function combined<Result>(
  rdd: RDD<never>,
  aggregator: Aggregator,
  partitioning: Partitioning | undefined,
): Result {
  const partitioner = chosenPartitioner([rdd], partitioning)
  if (isSamePartitioner(rdd.partitioner, partitioner)) {
    return createOperator('combinePartitions', rdd.context, [rdd], { aggregator })
  }
  return shuffled(rdd, partitioner, { aggregator })
}

/** The pairs of `rdd` after a shuffle. */
export function shuffled<Result>(
  rdd: RDD<never>,
  partitioner: Partitioner,
  props: { readonly aggregator?: Aggregator; readonly order?: 'ascending' | 'descending' },
): Result {
  const shuffleId = rdd.context.newShuffleId()
  return createOperator('shuffled', rdd.context, [rdd], { shuffleId, partitioner, ...props })
}

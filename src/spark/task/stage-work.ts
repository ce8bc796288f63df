import type { AnyAccumulator } from '../accumulators/index.ts'
import type { RevivedBroadcast } from '../broadcast/index.ts'
import type { ActionSpec, RDD, RddSpec } from '../rdd/index.ts'
import { packRdds, rebuildRdds } from '../rdd/index.ts'
import {
  partitionerOf,
  type Aggregator,
  type Partitioner,
  type PartitionerSpec,
} from '../shuffle/index.ts'
import type { ShuffleDependency } from '../rdd/index.ts'

/** What the tasks of a stage do with the rows of their partition. */
export type StageEnd =
  | {
      readonly type: 'shuffle-map'
      readonly shuffleId: number
      readonly partitioner: PartitionerSpec
      readonly aggregator: Aggregator | undefined
    }
  | { readonly type: 'result'; readonly action: ActionSpec }

/** A stage as it travels, once to each executor: plain data and the user's functions. */
export interface StageWork {
  readonly rdds: readonly RddSpec[]
  readonly end: StageEnd
  /** Those that its functions have captured; only where it was made again. */
  readonly accumulators?: readonly AnyAccumulator[]
  readonly broadcasts?: readonly RevivedBroadcast[]
}

/** A stage made again: what its tasks share. */
export interface RebuiltStage {
  readonly rdd: RDD<unknown>
  readonly end: StageEnd
  /** Only for a stage that writes map outputs. */
  readonly partitioner: Partitioner | undefined
  /** Those of one task at a time: they are set to zero when it begins, and read when it ends. */
  readonly accumulators: readonly AnyAccumulator[]
  /** Loaded before the first task. */
  readonly broadcasts: readonly RevivedBroadcast[]
}

/** The stage that writes a shuffle. The bounds of a range partitioner must be known. */
export function shuffleMapWork({
  rdd,
  shuffleId,
  partitioner,
  aggregator,
}: ShuffleDependency): StageWork {
  const end = {
    type: 'shuffle-map',
    shuffleId,
    partitioner: partitioner.toSpec(),
    aggregator,
  } as const
  return { rdds: packRdds(rdd), end }
}

/** The stage that gives a job's result. */
export function resultWork(rdd: RDD<unknown>, action: ActionSpec): StageWork {
  return { rdds: packRdds(rdd), end: { type: 'result', action } }
}

/** @throws TROUPE_SPARK_OPERATOR_UNKNOWN */
export function rebuildStage({
  rdds,
  end,
  accumulators = [],
  broadcasts = [],
}: StageWork): RebuiltStage {
  const partitioner = end.type === 'shuffle-map' ? partitionerOf(end.partitioner) : undefined
  return { rdd: rebuildRdds(rdds), end, partitioner, accumulators, broadcasts }
}

/**
 * Resilient distributed datasets: rows in partitions, described by how they are computed.
 *
 * An {@link RDD} knows five things: its partitions, its dependencies, how to compute a partition, and
 * optionally where and by which partitioner. Transformations make RDDs and compute nothing; actions run a job
 * through the context. Operators and actions are registered by kind, so that a stage travels as plain data
 * and functions and is made again on an executor ({@link packRdds}, {@link rebuildRdds}).
 *
 * Guarantees: nothing is read or computed before an action; rows pass in batches of at most 4,096; a partition
 * computed again has the same rows in the same order, as far as the user's functions allow it.
 *
 * Words: *lineage*, the graph of RDDs behind one; *narrow* and *shuffle*, the two kinds of dependency; *split*,
 * a partition as `compute` gets it.
 */
import './actions/index.ts'
import './operators/index.ts'

export { approximately, checkedTimeout } from './approximate/index.ts'
export type { ApproximateEvaluator, BoundedDouble, PartialResult } from './approximate/index.ts'
export { BarrierTaskContext } from './barrier-task-context.ts'
export type { BarrierTaskInfo } from './barrier-task-context.ts'
export { BaseRDD } from './base-rdd.ts'
export { CALL_SITE_LONG, CALL_SITE_SHORT, captureCallSite } from './call-site.ts'
export type { CallSite, Caller } from './call-site.ts'
export { DeterministicLevel } from './determinism.ts'
export { RDDBarrier } from './rdd-barrier.ts'
export { runAction } from './actions/index.ts'
export type { ActionSpec } from './actions/index.ts'
export type { ActionOptions } from './actions.ts'
export type { OperatorSpec } from './base-rdd.ts'
export type { RddKeeper } from './keeper.ts'
export { sealParts } from './checkpoint/index.ts'
export { FutureAction } from './future-action.ts'
export { PairMap } from './pair-map.ts'
export { StatCounter } from './statistics/stat-counter.ts'
export { narrow } from './dependency.ts'
export type { Dependency, NarrowDependency, ShuffleDependency } from './dependency.ts'
export { describeLineage, nameOf, parentsFirst, preferredHosts, prepareLineage } from './lineage.ts'
export type { CachedAt, Lineage, LineageEdge, LineageNode } from './lineage.ts'
export type { Partition } from './partition.ts'
export { deepPartition, flatPartition } from './partition-form.ts'
export type { JobOptions, RddContext } from './rdd-context.ts'
export { RDD } from './rdd.ts'
export { inTask, oneTaskAtATime } from './current-task.ts'
export { TaskContext } from './task-context.ts'
export type { ShuffleSource, TaskPorts } from './task-context.ts'
export { emptyMetrics } from './task-metrics.ts'
export type { TaskMetrics } from './task-metrics.ts'
export type { TaskCommit } from './task-commit.ts'
export type { TaskCompletion } from './task-completion.ts'
export { packRdds, rebuildRdds } from './travel.ts'
export type { RddSpec } from './travel.ts'

/**
 * Answers in time: what a job comes to as far as it has come, with bounds that hold with a given confidence.
 *
 * The partitions that are done are taken for a random sample of all. The formulas are Spark's; the job goes on after the
 * answer, and what it comes to in the end is a promise beside it.
 */
export type { BoundedDouble } from './bounded-double.ts'
export { countEstimate, meanEstimate, sumEstimate } from './estimates.ts'
export type { Progress } from './estimates.ts'
export { approximately, checkedApproximation, checkedTimeout } from './partial-result.ts'
export type { ApproximateEvaluator, PartialResult } from './partial-result.ts'

/**
 * Accumulators: values that tasks add to and the driver reads.
 *
 * {@link AccumulatorV2} is what one is; {@link LongAccumulator}, {@link DoubleAccumulator} and {@link CollectionAccumulator} are
 * those that everybody needs. A function captures a registered one; each task has a copy that begins as zero, and sends
 * what it has added with its result.
 *
 * Guarantees: what a try adds that fails, is killed or comes too late is not counted; a partition of a result stage is
 * counted exactly once.
 */
export { AccumulatorV2 } from './accumulator.ts'
export type { AnyAccumulator } from './accumulator.ts'
export { CollectionAccumulator } from './collection.ts'
export { DoubleAccumulator, LongAccumulator } from './numbers.ts'
export { AccumulatorRegistry } from './registry.ts'
export { packAccumulator, packUpdates, reviveAccumulator } from './travel.ts'

import type { Batches, Rows } from '../batches/index.ts'
import { invalidArgument } from '../errors.ts'

/** Computes partitions, one after the other in one task. */
export interface PartitionEvaluator<T, U> {
  eval(index: number, ...rows: Batches<T>[]): Rows<U> | Promise<Rows<U>>
}

/** Makes an evaluator in each task; it travels. @see PartitionEvaluatorFactory in Spark */
export interface PartitionEvaluatorFactory<T, U> {
  createEvaluator(): PartitionEvaluator<T, U>
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkFactory(
  where: string,
  factory: Partial<PartitionEvaluatorFactory<never, unknown>> | undefined,
): void {
  if (typeof factory?.createEvaluator === 'function') return
  throw invalidArgument(where, factory, 'an object whose createEvaluator makes an evaluator')
}

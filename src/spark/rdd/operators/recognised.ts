import { throughKernel, type Batches } from '../../batches/index.ts'
import { partOfPairs, recognise, rowsAsKeysKernel, type OperatorKind } from '../../columns/index.ts'
import type { TaskContext } from '../task-context.ts'

/** The rows of `source` through `f`: on columns where they come so and `f` is of a known shape, by `onRows` otherwise. */
export function recognised<T, U>(
  kind: OperatorKind,
  f: (...args: never[]) => unknown,
  source: Batches<T>,
  context: TaskContext,
  onRows: (source: Batches<T>) => Batches<U>,
): Batches<U> {
  if (!context.recognises || source.nextAny === undefined) return onRows(source)
  return throughKernel(source, recognise(kind, f), onRows)
}

/** The keys (0) or the values (1) of pairs: on columns where they come so. */
export function picked<T, U>(
  part: 0 | 1,
  source: Batches<T>,
  context: TaskContext,
  onRows: (source: Batches<T>) => Batches<U>,
): Batches<U> {
  return throughKernel(source, context.recognises ? partOfPairs(part) : undefined, onRows)
}

/** Rows as the keys of pairs without a value: on columns where they come so. */
export function asKeys<T, U>(
  source: Batches<T>,
  context: TaskContext,
  onRows: (source: Batches<T>) => Batches<U>,
): Batches<U> {
  return throughKernel(source, context.recognises ? rowsAsKeysKernel : undefined, onRows)
}

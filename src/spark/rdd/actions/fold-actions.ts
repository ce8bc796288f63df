import { Folding, rowsOf, type Batch, type Batches, type Later } from '../../batches/index.ts'
import { sumsOf, withNumberArrays } from '../../closure/index.ts'
import { ColumnBatch, recogniseReduction, reduceBatch } from '../../columns/index.ts'
import type { TaskContext } from '../task-context.ts'

type Merge = (left: unknown, right: unknown) => Later<unknown>

/** The rows merged: an array of one value, or of none for a partition without rows. */
export async function reduce(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: Merge },
): Promise<unknown[]> {
  const { f } = props
  const reduction = context.recognises ? recogniseReduction(f) : undefined
  let merged: Folding<unknown, unknown> | undefined
  const fold = (batch: Batch<unknown>): void | Promise<void> => {
    if (batch.length === 0) return
    if (merged !== undefined) return merged.fold(batch)
    merged = new Folding<unknown, unknown>(batch[0], f)
    return merged.fold(batch, 1)
  }
  const foldColumns = async (batch: ColumnBatch): Promise<void> => {
    const made = reduction && reduceBatch(reduction, batch, merged?.value, merged !== undefined)
    if (made === undefined) for (const each of rowsOf(batch)) await fold(each)
    else if (merged === undefined) merged = new Folding<unknown, unknown>(made, f)
    else merged.value = made
  }
  await rows.forEachAnyBatch((batch) => {
    context.throwIfCancelled()
    return batch instanceof ColumnBatch ? foldColumns(batch) : fold(batch)
  })
  return merged === undefined ? [] : [merged.value]
}

/** The rows folded into the zero, which is this task's own. */
export async function aggregate(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly zero: unknown; readonly seqOp: Merge },
): Promise<unknown> {
  const zero = withNumberArrays(structuredClone(props.zero), new Map(), sumsOf)
  const folding = new Folding(zero, props.seqOp)
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    return folding.fold(batch)
  })
  return folding.value
}

/** Calls `f` with the rows and answers what it answers. */
export async function callFunction(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: (rows: Batches<unknown>, context: TaskContext) => Later<unknown> },
): Promise<unknown> {
  try {
    return await props.f(rows, context)
  } finally {
    await rows.close()
  }
}

/** As {@link callFunction}; what it answers stays behind. */
export async function foreachPartition(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: (rows: Batches<unknown>, context: TaskContext) => Later<unknown> },
): Promise<void> {
  await callFunction(rows, context, props)
}

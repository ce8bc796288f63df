import { foldBatch, rowsOf, type Batch, type Batches, type Later } from '../../batches/index.ts'
import { withNumberArrays } from '../../closure/index.ts'
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
  const merged: unknown[] = []
  const fold = async (batch: Batch<unknown>): Promise<void> => {
    if (batch.length === 0) return
    const isFirst = merged.length === 0
    merged[0] = await foldBatch(isFirst ? batch[0] : merged[0], batch, f, isFirst ? 1 : 0)
  }
  await rows.forEachAnyBatch(async (batch) => {
    context.throwIfCancelled()
    if (!(batch instanceof ColumnBatch)) return fold(batch)
    const made = reduction && reduceBatch(reduction, batch, merged[0], merged.length > 0)
    if (made === undefined) for (const each of rowsOf(batch)) await fold(each)
    else merged[0] = made
  })
  return merged
}

/** The rows folded into the zero, which is this task's own. */
export async function aggregate(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly zero: unknown; readonly seqOp: Merge },
): Promise<unknown> {
  let value = withNumberArrays(structuredClone(props.zero), new Map())
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    value = await foldBatch(value, batch, props.seqOp)
  })
  return value
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

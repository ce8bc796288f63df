import { foldBatch, type Batches, type Later } from '../../batches/index.ts'
import type { TaskContext } from '../task-context.ts'

type Merge = (left: unknown, right: unknown) => Later<unknown>

/** The rows merged: an array of one value, or of none for a partition without rows. */
export async function reduce(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: Merge },
): Promise<unknown[]> {
  const { f } = props
  const merged: unknown[] = []
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    if (batch.length === 0) return
    const isFirst = merged.length === 0
    merged[0] = await foldBatch(isFirst ? batch[0] : merged[0], batch, f, isFirst ? 1 : 0)
  })
  return merged
}

/** The rows folded into the zero, which is this task's own. */
export async function aggregate(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly zero: unknown; readonly seqOp: Merge },
): Promise<unknown> {
  let value = structuredClone(props.zero)
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

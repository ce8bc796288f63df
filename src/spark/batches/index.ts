/**
 * Rows in batches: how the rows of a partition flow from a source to a shuffle or a result.
 *
 * A batch is a plain array of at most {@link BATCH_ROWS} rows. {@link Batches} is pulled by one consumer and
 * answers synchronously where it can; operators over memory therefore cost a call per batch and an array
 * push per row, no generator step and no promise. Cancellation is looked at between batches.
 *
 * Words: a *source* is what is pulled; *rows* is anything that can be cut into batches.
 */
export { BATCH_ROWS, Batches } from './batches.ts'
export type { AnyBatch, Batch, Pull, PullAny, Rows } from './batches.ts'
export { batchesOf, concatBatches, laterBatches } from './batches-of.ts'
export { columnBatches, inFront, rowsOf, throughKernel } from './column-batches.ts'
export { Folding, foldBatch } from './fold.ts'
export { estimateBytes } from './estimate-bytes.ts'
export { flatMapBatches, mapBatches, settleRows, transformBatches } from './transform.ts'
export type { Later } from './transform.ts'

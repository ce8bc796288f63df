import { BATCH_ROWS } from './batches.ts'
import { estimateBytes } from './estimate-bytes.ts'

/** About the most bytes that the rows of a batch come to, if it has more than one. */
const BATCH_BYTES = 32 << 20
/** How many times as many rows are made before one is looked at again. */
const GROWTH = 16

/** Rows that a batch has before the first of them is looked at. */
export const FIRST_ROWS = 1

/**
 * How many rows a batch may have in all, now that `made` are there: as many when it is full, so that rows which are large by
 * themselves don't fill memory by the thousand. Only the last of them is looked at, and rarely.
 */
export function rowsAfter(made: readonly unknown[]): number {
  const fits = Math.max(1, Math.floor(BATCH_BYTES / Math.max(1, estimateBytes(made.at(-1)))))
  return Math.min(BATCH_ROWS, made.length * GROWTH, Math.max(fits, made.length))
}

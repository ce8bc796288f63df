import type { Batches } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import { bucketOf } from '../statistics/buckets.ts'
import { StatCounter, type StatSummary } from '../statistics/stat-counter.ts'
import type { TaskContext } from '../task-context.ts'

/** Count, mean, variance, smallest and largest of the rows. */
export async function stats(
  rows: Batches<number>,
  context: TaskContext,
  props: { readonly operation: string },
): Promise<StatSummary> {
  const counter = new StatCounter()
  await eachNumber(rows, context, props.operation, (row) => {
    counter.merge(row)
  })
  return counter.summary()
}

/** The rows added up. */
export async function sum(rows: Batches<number>, context: TaskContext): Promise<number> {
  let total = 0
  await eachNumber(rows, context, 'sum', (row) => {
    total += row
  })
  return total
}

/** How many rows are in each bucket. */
export async function histogram(
  rows: Batches<number>,
  context: TaskContext,
  props: { readonly buckets: readonly number[]; readonly isEven: boolean },
): Promise<number[]> {
  const { buckets, isEven } = props
  const counts = Array.from({ length: buckets.length - 1 }, () => 0)
  await eachNumber(rows, context, 'histogram', (row) => {
    const bucket = bucketOf(row, buckets, isEven)
    if (bucket >= 0) counts[bucket] = (counts[bucket] as number) + 1
  })
  return counts
}

async function eachNumber(
  rows: Batches<number>,
  context: TaskContext,
  operation: string,
  take: (row: number) => void,
): Promise<void> {
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (let i = 0; i < batch.length; i += 1) {
      const row: unknown = batch[i]
      if (typeof row !== 'number') throw notANumber(row, operation)
      take(row)
    }
  })
}

function notANumber(row: unknown, operation: string): SparkError {
  const shown = typeof row === 'string' ? JSON.stringify(row).slice(0, 80) : kindOf(row)
  return new SparkError(
    'TROUPE_SPARK_ROW_NOT_A_NUMBER',
    `${operation} got the row ${shown}, which is no number; map the rows to numbers before it`,
    { data: { operation, row: shown } },
  )
}

function kindOf(row: unknown): string {
  if (row === null || row === undefined || typeof row === 'boolean') return String(row)
  if (Array.isArray(row)) return `an array of ${row.length}`
  return typeof row === 'bigint' ? `${row}n` : `of type ${typeof row}`
}

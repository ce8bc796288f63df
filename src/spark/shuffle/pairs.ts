import { SparkError } from '../errors.ts'
import type { Aggregator } from './aggregator.ts'
import { RangePartitioner, type Partitioner } from './partitioner.ts'

/** Characters of a row that an error shows. */
const SHOWN = 80

/**
 * Holds rows to be `[key, value]`, which the compiler does for TypeScript only.
 *
 * @param operation the name by which the user has asked for them
 * @throws TROUPE_SPARK_ROW_NOT_A_PAIR
 */
export function requirePairs(rows: readonly unknown[], operation: string): void {
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(row, operation)
  }
}

/** The method that a shuffle comes from, or an aggregation in place. */
export function operationOf(aggregator: Aggregator | undefined, partitioner?: Partitioner): string {
  switch (aggregator?.type) {
    case 'reduce':
      return 'reduceByKey'
    case 'combine':
      return 'combineByKey'
    case 'distinct':
      return 'distinct'
    case 'group':
      return 'groupByKey'
    case undefined:
      return partitioner instanceof RangePartitioner ? 'sortByKey' : 'partitionBy'
  }
}

function notAPair(row: unknown, operation: string): SparkError {
  const shown = shownRow(row)
  return new SparkError(
    'TROUPE_SPARK_ROW_NOT_A_PAIR',
    `${operation} got the row ${shown}, which is no pair; map the rows to [key, value] before it`,
    { data: { operation, row: shown } },
  )
}

function shownRow(row: unknown): string {
  const text = typeof row === 'bigint' ? `${row}n` : json(row)
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`
}

function json(row: unknown): string {
  try {
    // Of what it has no form for, it answers undefined.
    return JSON.stringify(row) ?? typeof row
  } catch {
    // Rows may hold what JSON does not know.
    return Array.isArray(row) ? `an array of ${row.length}` : 'an object'
  }
}

import { nearest } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'

export function keyspaceUnknown(keyspace: string, known: readonly string[]): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_UNKNOWN',
    `Cassandra has no keyspace ${keyspace}${nearest(keyspace, known)}; create it, or give one of those that are there: ${known.join(', ')}`,
    { data: { keyspace } },
  )
}

export function tableUnknown(
  keyspace: string,
  table: string,
  known: readonly string[],
): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_UNKNOWN',
    `Keyspace ${keyspace} has no table ${table}${nearest(table, known)}; create it, or give one of those that are there: ${known.join(', ')}`,
    { data: { keyspace, table } },
  )
}

export function columnUnknown(table: string, column: string, known: readonly string[]): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_UNKNOWN',
    `${table} has no column ${column}${nearest(column, known)}; it has ${known.join(', ')}`,
    { data: { table, column } },
  )
}

/** A value that is not of its column's type. @param reason what it should be */
export function valueRefused(
  column: string,
  type: string,
  shown: string,
  reason: string,
): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_VALUE',
    `Column ${column} of type ${type} got ${shown}; it takes ${reason}`,
    { data: { column, type, value: shown } },
  )
}

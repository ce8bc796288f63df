import { isTroupeError } from '../../../platform/index.ts'

/** Failures that no other try would mend: what the task has to show can't travel, or can't be asked for. */
const HOPELESS: ReadonlySet<string> = new Set([
  'TROUPE_SPARK_OPERATOR_UNKNOWN',
  'TROUPE_SPARK_OUTPUT_EXISTS',
  'TROUPE_SPARK_ROW_TOO_LARGE',
  'TROUPE_SPARK_ROW_UNENCODABLE',
])

/**
 * Whether a task would fail again wherever it ran.
 *
 * @see TaskSetManager.handleFailedTask in Spark, of what is not serializable and of output that exists
 */
export function isHopeless(error: unknown): boolean {
  return isTroupeError(error) && HOPELESS.has(error.code)
}

/** An error in a line. */
export function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

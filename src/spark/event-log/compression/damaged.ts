import { SparkError } from '../../errors.ts'

/** What is read is no event log that was compressed, or one that was damaged. */
export function damaged(why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EVENT_LOG_DAMAGED',
    `The event log can't be decompressed: ${why}. Take it from where it was copied once more, or leave it out of the directory`,
    { data: { why } },
  )
}

import { SparkError } from '../../errors.ts'

const MEBIBYTE = 2 ** 20

/** In Spark's words. */
export function resultsTooLarge(results: number, bytes: number, limitBytes: number): SparkError {
  const shown = (count: number): string => `${(count / MEBIBYTE).toFixed(1)} MiB`
  return new SparkError(
    'TROUPE_SPARK_RESULT_TOO_LARGE',
    `Total size of serialized results of ${results} tasks (${shown(bytes)}) is bigger than spark.driver.maxResultSize ` +
      `(${shown(limitBytes)}). Save the rows to files, or take fewer of them; or set the key, and give the driver the memory`,
    { data: { results, bytes, limitBytes } },
  )
}

import { invalidArgument } from '../errors.ts'
import type { RDD } from '../rdd/index.ts'

/** The partitions that a job is to compute: those that are given, or all. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export async function wantedPartitions(
  rdd: RDD<unknown>,
  given: readonly number[] | undefined,
): Promise<readonly number[]> {
  const { length } = await rdd.partitions()
  if (given === undefined) return Array.from({ length }, (_, index) => index)
  const missing = given.find((index) => !Number.isInteger(index) || index < 0 || index >= length)
  if (missing === undefined) return given
  const accepted =
    length === 0 ? 'none, since the RDD has no partition' : `indices in 0 … ${length - 1}`
  throw invalidArgument('runJob: partitions', missing, accepted)
}

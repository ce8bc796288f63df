import type { BaseRDD } from '../base-rdd.ts'
import type { JobOptions } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'

/** What an action comes to in each partition, in order of partition. The caller vouches for the type. */
export async function resultsOf<R>(
  rdd: BaseRDD<unknown>,
  kind: string,
  props: unknown,
  options: JobOptions = {},
): Promise<readonly R[]> {
  const { partitions, signal, name = kind, onResult } = options
  const action = { kind, props }
  const job = { partitions, signal, name, onResult }
  return (await rdd.context.runJob(rdd as RDD<unknown>, action, job)) as readonly R[]
}

import { RECOGNITION_KEY } from '../columns/index.ts'
import { MAX_DIRECT_RESULT_KEY, PROCESS_WAIT_KEY } from '../executor/index.ts'
import { SHUFFLE_KEYS } from '../shuffle/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

const TASK_KEYS = [...Object.values(SHUFFLE_KEYS), RECOGNITION_KEY, MAX_DIRECT_RESULT_KEY] as const

/**
 * What is set of `spark.shuffle`, `spark.reducer`, `spark.io.compression`, of `spark.troupe.recognition`, `spark.task.maxDirectResultSize` and
 * `spark.locality.wait`, checked, in the form in
 * which it travels with the properties of every task.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readTaskProperties(conf: SparkConf): Readonly<Record<string, string>> {
  const isWaitSet =
    conf['spark.locality.wait'] !== undefined || conf[PROCESS_WAIT_KEY] !== undefined
  const waitMs = confValue(conf, PROCESS_WAIT_KEY) ?? confValue(conf, 'spark.locality.wait')
  return Object.fromEntries([
    ...TASK_KEYS.flatMap((key) =>
      conf[key] === undefined ? [] : [[key, String(confValue(conf, key))]],
    ),
    ...(isWaitSet ? [[PROCESS_WAIT_KEY, String(waitMs)]] : []),
  ]) as Record<string, string>
}

import { SHUFFLE_KEYS } from '../shuffle/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/**
 * What is set of `spark.shuffle`, `spark.reducer` and `spark.io.compression`, checked, in the form in which it travels with the
 * properties of every task.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readShuffleProperties(conf: SparkConf): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.values(SHUFFLE_KEYS).flatMap((key) =>
      conf[key] === undefined ? [] : [[key, String(confValue(conf, key))]],
    ),
  )
}

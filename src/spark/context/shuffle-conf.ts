import { compressionCodecs } from '../../platform/index.ts'
import { invalidArgument } from '../errors.ts'
import { SHUFFLE_KEYS } from '../shuffle/index.ts'
import type { SparkConf } from './spark-conf.ts'
import { size } from './storage-conf.ts'

/**
 * What is set of `spark.shuffle`, `spark.reducer` and `spark.io.compression`, checked, in the form in which it travels with the
 * properties of every task.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function readShuffleProperties(conf: SparkConf): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {}
  for (const key of [SHUFFLE_KEYS.maxSizeInFlight, SHUFFLE_KEYS.maxRemoteBlockSizeFetchToMem]) {
    if (conf[key] !== undefined) properties[key] = String(size(conf, key, 0))
  }
  for (const key of [
    SHUFFLE_KEYS.bypassMergeThreshold,
    SHUFFLE_KEYS.forceSpillThreshold,
    SHUFFLE_KEYS.maxReqsInFlight,
    SHUFFLE_KEYS.maxBlocksInFlightPerAddress,
  ]) {
    const value = conf[key]
    if (value === undefined) continue
    const least = key === SHUFFLE_KEYS.bypassMergeThreshold ? 0 : 1
    if (!/^\d+$/.test(String(value)) || Number(value) < least) {
      throw invalidArgument(key, value, `an integer of ${least} or more`)
    }
    properties[key] = String(value)
  }
  for (const key of [SHUFFLE_KEYS.compress, SHUFFLE_KEYS.spillCompress]) {
    const value = conf[key]
    if (value === undefined) continue
    if (!/^(true|false)$/.test(String(value))) throw invalidArgument(key, value, 'true or false')
    properties[key] = String(value)
  }
  const codec = conf[SHUFFLE_KEYS.codec]
  if (codec !== undefined) {
    const known: readonly string[] = compressionCodecs()
    if (!known.includes(String(codec))) {
      throw invalidArgument(SHUFFLE_KEYS.codec, codec, `${known.join(' or ')} (of this Node)`)
    }
    properties[SHUFFLE_KEYS.codec] = String(codec)
  }
  return properties
}

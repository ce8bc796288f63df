import { nearest } from '../../../platform/index.ts'
import { ALLOCATION_ENTRIES, type AllocationKeys } from './allocation-keys.ts'
import { CASSANDRA_ENTRIES, type CassandraKeys } from './cassandra-keys.ts'
import type { ConfEntries, ConfEntry, SparkConf } from './conf-entry.ts'
import { CONSOLE_ENTRIES, type ConsoleKeys } from './console-keys.ts'
import { CORE_ENTRIES, type CoreConf } from './core-keys.ts'
import { EVENT_LOG_ENTRIES, type EventLogKeys } from './event-log-keys.ts'
import { FILE_ENTRIES, type FileKeys } from './file-keys.ts'
import { HADOOP_ENTRIES, type HadoopKeys } from './hadoop-keys.ts'
import { HISTORY_ENTRIES, type HistoryKeys } from './history-keys.ts'
import { familyOf } from './key-families.ts'
import { METRICS_ENTRIES, type MetricsKeys } from './metrics-keys.ts'
import { MESOS_ENTRIES, type MesosKeys } from './mesos-keys.ts'
import { SCHEDULING_ENTRIES, type SchedulingConf } from './scheduling-keys.ts'
import { SHUFFLE_ENTRIES, type ShuffleConf } from './shuffle-keys.ts'
import { STANDALONE_ENTRIES, type StandaloneConf } from './standalone-keys.ts'
import { STORAGE_ENTRIES, type StorageKeys } from './storage-keys.ts'
import { UI_ENTRIES, type UiKeys } from './ui-keys.ts'

/** For each key that there is, what its value is read as. */
export interface ConfValues
  extends
    CoreConf,
    AllocationKeys,
    CassandraKeys,
    SchedulingConf,
    StorageKeys,
    ShuffleConf,
    EventLogKeys,
    FileKeys,
    StandaloneConf,
    MesosKeys,
    MetricsKeys,
    ConsoleKeys,
    HadoopKeys,
    HistoryKeys,
    UiKeys {}

/** All keys that there are. One that is not here is warned of; what reads a key reads it from here. */
export const CONF_ENTRIES: ConfEntries<ConfValues> = {
  ...CORE_ENTRIES,
  ...ALLOCATION_ENTRIES,
  ...CASSANDRA_ENTRIES,
  ...SCHEDULING_ENTRIES,
  ...STORAGE_ENTRIES,
  ...SHUFFLE_ENTRIES,
  ...EVENT_LOG_ENTRIES,
  ...FILE_ENTRIES,
  ...STANDALONE_ENTRIES,
  ...MESOS_ENTRIES,
  ...METRICS_ENTRIES,
  ...CONSOLE_ENTRIES,
  ...HADOOP_ENTRIES,
  ...HISTORY_ENTRIES,
  ...UI_ENTRIES,
}

/** The value of a key, or what holds when it is not set. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function confValue<K extends keyof ConfValues>(conf: SparkConf, key: K): ConfValues[K] {
  const entry: ConfEntry<ConfValues[K]> = CONF_ENTRIES[key]
  const value = conf[key]
  return value === undefined ? entry.otherwise : entry.parse(key, value)
}

/**
 * Reads every key that is set, also those that nothing asks for this time.
 *
 * @returns a line for each key of Spark's that does not exist here, with the one that may be meant
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function checkConf(conf: SparkConf): readonly string[] {
  const known = Object.keys(CONF_ENTRIES)
  return Object.keys(conf).flatMap((key) => {
    if (isKey(key)) {
      confValue(conf, key)
      return []
    }
    if (!key.startsWith('spark.')) return []
    if (isOfFamily(conf, key)) return []
    return [`There is no configuration key ${key}: it has no effect${nearest(key, known)}`]
  })
}

/** Whether a key is one of a family; its value is read as that of the key it is like. */
function isOfFamily(conf: SparkConf, key: string): boolean {
  const family = familyOf(key)
  if (family === undefined) return false
  const like = family.like?.(key)
  if (like === undefined) return true
  if (!isKey(like)) return false
  confValue({ [like]: conf[key] ?? '' }, like)
  return true
}

function isKey(key: string): key is keyof ConfValues {
  return Object.hasOwn(CONF_ENTRIES, key)
}

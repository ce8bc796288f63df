import { invalidArgument } from '../../errors.ts'
import { withDefault, type ConfEntries, type ConfParser } from './conf-entry.ts'
import { flag, oneOf, size } from './parsers.ts'

/** Keys of the event log. */
export interface EventLogKeys {
  readonly 'spark.eventLog.enabled': boolean
  /** An absolute path, or one from the driver's folder. */
  readonly 'spark.eventLog.dir': string
  readonly 'spark.eventLog.logBlockUpdates.enabled': boolean
  readonly 'spark.eventLog.logStageExecutorMetrics': boolean
  readonly 'spark.eventLog.compress': boolean
  readonly 'spark.eventLog.compression.codec': 'lz4'
  readonly 'spark.eventLog.rolling.enabled': boolean
  /** In bytes. */
  readonly 'spark.eventLog.rolling.maxFileSize': number
}

/** A path, or one as a URI of scheme `file`. */
export const localDirectory: ConfParser<string> = (key, value) => {
  const given = String(value)
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]
  const isFile = scheme?.toLowerCase() === 'file' && URL.canParse(given)
  if (given !== '' && (scheme === undefined || isFile)) {
    const path = isFile ? decodeURIComponent(new URL(given).pathname) : given
    return path.replace(/(?<=.)\/+$/, '')
  }
  throw invalidArgument(key, value, 'a path, or file:///path')
}

const LEAST_FILE_BYTES = 10 * 2 ** 20

/** As in Spark, files are not to be many. */
const fileSize: ConfParser<number> = (key, value) => {
  const bytes = size('b')(key, value)
  if (bytes >= LEAST_FILE_BYTES) return bytes
  throw invalidArgument(key, value, 'a size of 10m or more')
}

export const EVENT_LOG_ENTRIES: ConfEntries<EventLogKeys> = {
  'spark.eventLog.enabled': withDefault(flag, 'false', 'whether there is an event log'),
  'spark.eventLog.dir': withDefault(
    localDirectory,
    '/tmp/spark-events',
    'where; a path or `file:///path`',
  ),
  'spark.eventLog.logBlockUpdates.enabled': withDefault(
    flag,
    'false',
    'whether it tells of blocks that are kept, for the storage page',
  ),
  'spark.eventLog.logStageExecutorMetrics': withDefault(
    flag,
    'false',
    'whether it tells what executors had of memory at most while a stage ran',
  ),
  'spark.eventLog.compress': withDefault(flag, 'true', 'whether it is compressed'),
  'spark.eventLog.compression.codec': withDefault(
    oneOf(['lz4']),
    'lz4',
    'by what (Spark: zstd); others are only read',
  ),
  'spark.eventLog.rolling.enabled': withDefault(
    flag,
    'true',
    'whether it is a folder of files, or one file',
  ),
  'spark.eventLog.rolling.maxFileSize': withDefault(
    fileSize,
    '128m',
    'bytes of such a file, 10m or more',
  ),
}

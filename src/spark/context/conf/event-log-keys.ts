import { invalidArgument } from '../../errors.ts'
import { withDefault, type ConfEntries, type ConfParser } from './conf-entry.ts'
import { flag } from './parsers.ts'

/** Keys of the event log. */
export interface EventLogKeys {
  readonly 'spark.eventLog.enabled': boolean
  /** An absolute path, or one from the driver's folder. */
  readonly 'spark.eventLog.dir': string
  readonly 'spark.eventLog.logBlockUpdates.enabled': boolean
  readonly 'spark.eventLog.compress': boolean
  readonly 'spark.eventLog.rolling.enabled': boolean
}

/** A path, or one as a URI of scheme `file`. */
const directory: ConfParser<string> = (key, value) => {
  const given = String(value)
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]
  const isFile = scheme?.toLowerCase() === 'file' && URL.canParse(given)
  if (given !== '' && (scheme === undefined || isFile)) {
    const path = isFile ? decodeURIComponent(new URL(given).pathname) : given
    return path.replace(/(?<=.)\/+$/, '')
  }
  throw invalidArgument(key, value, 'a path, or file:///path')
}

/** The log is one file, as it is. */
const off: ConfParser<boolean> = (key, value) => {
  if (!flag(key, value)) return false
  throw invalidArgument(key, value, 'false: an event log is one file, not compressed')
}

export const EVENT_LOG_ENTRIES: ConfEntries<EventLogKeys> = {
  'spark.eventLog.enabled': withDefault(flag, 'false', 'whether there is an event log'),
  'spark.eventLog.dir': withDefault(
    directory,
    '/tmp/spark-events',
    'where; a path or `file:///path`',
  ),
  'spark.eventLog.logBlockUpdates.enabled': withDefault(
    flag,
    'false',
    'whether it tells of blocks that are kept, for the storage page',
  ),
  'spark.eventLog.compress': withDefault(off, 'false', 'nothing else is there'),
  'spark.eventLog.rolling.enabled': withDefault(off, 'false', 'nothing else is there'),
}

import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, time } from './parsers.ts'
import { localDirectory } from './event-log-keys.ts'

/** Keys of a history server. Times in ms. */
export interface HistoryKeys {
  readonly 'spark.history.fs.logDirectory': string
  readonly 'spark.history.ui.port': number | undefined
  readonly 'spark.history.fs.cleaner.enabled': boolean
  readonly 'spark.history.fs.cleaner.interval': number
  readonly 'spark.history.fs.cleaner.maxAge': number
  readonly 'spark.history.fs.cleaner.maxNum': number
}

export const HISTORY_ENTRIES: ConfEntries<HistoryKeys> = {
  'spark.history.fs.logDirectory': withDefault(
    localDirectory,
    '/tmp/spark-events',
    'the directory, where the command line names none',
  ),
  'spark.history.ui.port': optional(integer(0), '18080', 'the port, where `--port` is not given'),
  'spark.history.fs.cleaner.enabled': withDefault(flag, 'false', 'whether old logs are removed'),
  'spark.history.fs.cleaner.interval': withDefault(
    time('s', false),
    '1d',
    'how often they are looked for, first at the start (seconds without a unit)',
  ),
  'spark.history.fs.cleaner.maxAge': withDefault(
    time('s', false),
    '7d',
    'since it was written last, the age at which a log is removed',
  ),
  'spark.history.fs.cleaner.maxNum': withDefault(
    integer(1),
    '2147483647',
    'how many logs there may be; more, and the oldest of applications that have ended go',
  ),
}

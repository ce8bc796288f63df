/**
 * The event log: what happens in an application, one line of JSON for each of Spark's listener events, in the form that
 * Spark writes and its history server reads.
 *
 * Guarantees: the first line is `SparkListenerLogStart`; lines stand in the order of the events, each whole; the file, or of a log of
 * several files the one that tells of its state, is called `….inprogress` until the application has ended; values of keys that look like secrets are not in it. A disk
 * that fails ends the log, with a warning, and harms no job.
 *
 * Words: *form*, the names and units of Spark's JsonProtocol, here of Spark 4.3; earlier ones read it too.
 */
export { EventLog } from './event-log.ts'
export type { EventLogProps } from './event-log.ts'
export { EVENT_LOG_SUFFIX, ROLLING_PREFIX } from './log-files.ts'
export { sparkEventJson } from './event-json.ts'
export { redacted } from './redaction.ts'
export { eventOf } from './read/event-of.ts'
export type { LoggedEvent } from './read/event-of.ts'
export { LogLines } from './read/log-lines.ts'

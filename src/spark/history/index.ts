/**
 * The history server: Spark's REST API of applications out of their event logs, of those that have ended and of those that
 * still write theirs.
 *
 * Guarantees: what is told is what the application itself has told, as far as its log goes; a log is read once, then what is
 * new of it; at most fifty applications are in memory; damaged lines say nothing and harm nobody.
 *
 * Limits: logs in one file, not compressed, as this engine writes them and Spark with `spark.eventLog.rolling.enabled` and
 * `spark.eventLog.compress` false. Others are left out, with a warning.
 */
export { startHistoryServer } from './history-server.ts'
export type { HistoryOptions } from './history-server.ts'

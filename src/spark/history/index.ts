/**
 * The history server: Spark's REST API of applications out of their event logs, of those that have ended and of those that
 * still write theirs.
 *
 * Guarantees: what is told is what the application itself has told, as far as its log goes; a log is read once, then what is
 * new of it; at most fifty applications are in memory; damaged lines say nothing and harm nobody.
 *
 * Logs are one file or a folder of files, as they are or compressed by lz4, lzf, snappy or zstd, ours and Spark's.
 */
export { startHistoryServer } from './history-server.ts'
export type { HistoryOptions, HistoryServer } from './history-server.ts'

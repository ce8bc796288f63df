/** Which logs are removed. */
export interface CleanerRules {
  /** `spark.history.fs.cleaner.maxAge`: since they were written last. */
  readonly maxAgeMs: number
  /** `spark.history.fs.cleaner.maxNum`: how many there are to be at most. */
  readonly maxNum: number
}

/** A log as a cleaner sees it. */
interface Log {
  readonly path: string
  readonly modifiedMs: number
  readonly isOver: boolean
}

/**
 * The logs to remove: those that are too old, also of applications that have not said that they have ended, and of those that have, the oldest
 * beyond the number there may be.
 *
 * @see FsHistoryProvider.cleanLogs in Spark
 */
export function outdated(
  logs: readonly Log[],
  { maxAgeMs, maxNum }: CleanerRules,
  nowMs: number,
): readonly string[] {
  const isOld = ({ modifiedMs }: Log): boolean => nowMs - modifiedMs > maxAgeMs
  const old = logs.filter(isOld)
  const surplus = logs.length - old.length - maxNum
  const ended = logs
    .filter((log) => log.isOver && !isOld(log))
    .sort((a, b) => a.modifiedMs - b.modifiedMs)
  return [...old, ...ended.slice(0, Math.max(0, surplus))].map(({ path }) => path)
}

/** The right of a try to make its output known, where several tries of a task may run at a time. */
export interface TaskCommit {
  /**
   * Asks the driver for the right, just before the output is moved to where it is to be: one try of a partition has it, the
   * first that asks, for as long as it does not fail.
   *
   * @throws TROUPE_SPARK_COMMIT_DENIED when another one has it; undo what was written, and let the error through
   */
  requireCommit(): Promise<void>
}

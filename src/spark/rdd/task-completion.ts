/** The end of a task, as those see it who have something to release or to tell then. */
export interface TaskCompletion {
  /** Whether it has ended, well or not. */
  isCompleted(): boolean
  /** Whether it has failed. */
  isFailed(): boolean
  /** Whether it was told to end. */
  isInterrupted(): boolean
  /**
   * Calls `listener` when the task ends, however that may be; the last added first. One that throws fails the task, after all
   * were called. Called at once when the task has ended.
   */
  addTaskCompletionListener(listener: () => void | Promise<void>): void
  /** Calls `listener` with the cause when the task fails, before the completion listeners; the last added first. */
  addTaskFailureListener(listener: (error: unknown) => void | Promise<void>): void
}

/**
 * What the Throttler's scheduler and its executors say to each other, through whichever master: a task's spec is the data of its
 * TaskInfo, a {@link TaskReport} a framework message and, as its last word, the data of its terminal status; a
 * {@link ControlMessage} goes to an executor. Messages may be lost; the next one says the same and more.
 */
export { decodeControl, decodeReport, decodeTask, encode } from './messages.ts'
export type { ControlMessage, NumberedInterval, TaskControl, TaskReport } from './messages.ts'

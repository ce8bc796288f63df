/**
 * Progress bars of running stages, in the form of Spark's console: `[Stage 0:=====>      (3 + 2) / 10]`.
 *
 * Guarantees: a stage is shown once it has run for half a second, at most three side by side; the line is empty again when a
 * stage ends. Drawing costs a look at the status tracker at fixed intervals while stages run, and nothing for a task.
 */
export { progressBars } from './bar.ts'
export type { StageProgress } from './bar.ts'
export { ConsoleProgress } from './console-progress.ts'
export type { ConsoleProgressProps } from './console-progress.ts'

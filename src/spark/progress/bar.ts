import type { SparkStageInfo } from '../events/index.ts'

/** What a bar says of a stage. */
export type StageProgress = Pick<
  SparkStageInfo,
  'stageId' | 'numTasks' | 'numActiveTasks' | 'numCompletedTasks'
>

/** Stages shown at the same time. */
const MOST_STAGES = 3

/**
 * The bars of running stages side by side in `columns` characters, at most three of them: `[Stage 0:=====>      (3 + 2) / 10]`, where
 * 3 tasks of 10 are done and 2 run. Empty without a stage. Where there is no room for bars there are their numbers only, however long.
 *
 * @see ConsoleProgressBar.scala in Spark
 */
export function progressBars(stages: readonly StageProgress[], columns: number): string {
  const shown = stages.slice(0, MOST_STAGES)
  const width = Math.floor(columns / shown.length)
  return shown.map((stage) => bar(stage, width)).join('')
}

function bar(stage: StageProgress, columns: number): string {
  const { stageId, numTasks, numActiveTasks, numCompletedTasks } = stage
  const head = `[Stage ${stageId}:`
  const tail = `(${numCompletedTasks} + ${numActiveTasks}) / ${numTasks}]`
  const width = Math.max(0, columns - head.length - tail.length)
  const done = Math.floor((width * numCompletedTasks) / Math.max(1, numTasks))
  const body = done >= width ? '='.repeat(width) : `${'='.repeat(done)}>`.padEnd(width)
  return `${head}${body}${tail}`
}

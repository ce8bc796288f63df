import { SparkError } from '../../errors.ts'
import type { DagEffect } from './events.ts'
import { startOver } from './failed-attempts.ts'
import { failJob } from './job-ends.ts'
import type { DagState, StageState } from './state.ts'
import { resultJob } from './submit-stages.ts'

/**
 * Output of a stage is gone that may be other when it is computed again: all of it is computed again, and so is all that was
 * made of it. A job fails that has given results made of it.
 *
 * @see DAGScheduler.handleTaskCompletion in Spark, of fetch failures of indeterminate stages
 */
export function rollBack(
  state: DagState,
  mapStage: StageState,
  why: string,
  effects: DagEffect[],
): void {
  const reason = `stage ${mapStage.stageId} may give other rows when it runs again: ${why}`
  // One that is being computed again is new already.
  if (mapStage.status === 'idle') startOver(state, mapStage, reason, effects)
  for (const stage of succeeding(state, mapStage)) {
    if (!state.stages.has(stage.stageId)) continue
    const job = resultJob(state, stage)
    if (job !== undefined && job.unfinished.size < job.partitions.length) {
      const cause = cannotRollBack(stage)
      failJob(state, job.jobId, cause, cause.message, effects)
    } else if (stage.attempts > 0) {
      if (stage.status === 'running') stage.status = 'failed'
      startOver(state, stage, reason, effects)
    }
  }
}

/** The stages that read what a stage writes, and those that read what these write. */
function succeeding(state: DagState, mapStage: StageState): readonly StageState[] {
  const found = new Set<StageState>()
  const shuffles = new Set([mapStage.plan.shuffleId])
  for (let isProgress = true; isProgress;) {
    isProgress = false
    for (const stage of state.stages.values()) {
      if (found.has(stage) || !stage.plan.parentShuffles.some((id) => shuffles.has(id))) continue
      found.add(stage)
      shuffles.add(stage.plan.shuffleId)
      isProgress = true
    }
  }
  return [...found]
}

function cannotRollBack({ stageId }: StageState): SparkError {
  return new SparkError(
    'TROUPE_SPARK_JOB_FAILED',
    'A shuffle map stage with indeterminate output was failed and retried. However, Spark cannot rollback the ' +
      `ResultStage ${stageId} to re-process the input data, and has to fail this job. Please eliminate the indeterminacy ` +
      'by checkpointing the RDD before repartition and try again.',
    { data: { stageId } },
  )
}

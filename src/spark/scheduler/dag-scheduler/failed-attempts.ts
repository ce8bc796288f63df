import { SparkError } from '../../errors.ts'
import type { DagEffect, DagEvent } from './events.ts'
import { failJobs } from './job-ends.ts'
import type { DagState, StageState } from './state.ts'
import { forgetOutputs, resultJob } from './submit-stages.ts'

/**
 * The attempt of a stage that runs has failed: the stage runs again after a while, or fails its jobs when that was so too often in a
 * row. Answers whether it runs again.
 */
export function failAttempt(
  state: DagState,
  stage: StageState,
  reason: string,
  tooOften: (attempts: number) => SparkError,
  effects: DagEffect[],
): boolean {
  stage.status = 'failed'
  stage.failedAttempts += 1
  const { maxStageAttempts, resubmitDelayMs: delayMs } = state.limits
  if (stage.failedAttempts >= maxStageAttempts) {
    const cause = tooOften(maxStageAttempts)
    failJobs(state, stage, cause, cause.message, effects)
    return false
  }
  const { stageId, attempts, jobs } = stage
  if (state.isResubmitScheduled) return true
  state.isResubmitScheduled = true
  const jobId = Math.min(...jobs)
  const stageAttempt = attempts - 1
  effects.push({ type: 'schedule-resubmit', delayMs, stageId, stageAttempt, jobId, reason })
  return true
}

/** The stage whose attempt an event is of, if that still runs; the event is ignored otherwise. */
export function runningStage(
  state: DagState,
  { type, stageId, stageAttempt }: Extract<DagEvent, { type: 'barrier-failed' | 'fetch-failed' }>,
  effects: DagEffect[],
): StageState | undefined {
  const stage = state.stages.get(stageId)
  if (stage?.attempts === stageAttempt + 1 && stage.status === 'running') return stage
  const reason = `attempt ${stageAttempt} of stage ${stageId} is over already`
  effects.push({ type: 'ignored', event: type, reason })
  return undefined
}

/**
 * A task of a barrier stage has failed: all of them run again.
 *
 * @see DAGScheduler.handleTaskCompletion in Spark, of barrier tasks
 */
export function barrierFailed(
  state: DagState,
  event: Extract<DagEvent, { type: 'barrier-failed' }>,
  effects: DagEffect[],
): void {
  const { stageId, cause, why } = event
  const stage = runningStage(state, event, effects)
  if (stage === undefined) return
  const reason = `Stage failed because a barrier task finished unsuccessfully: ${why}`
  const isAgain = failAttempt(
    state,
    stage,
    reason,
    (attempts) =>
      new SparkError(
        'TROUPE_SPARK_JOB_FAILED',
        `Stage ${stageId} (${stage.plan.name}) has failed the maximum allowable number of times: ${attempts}. Most recent failure reason: ${reason}`,
        { cause, data: { stageId, attempts } },
      ),
    effects,
  )
  if (isAgain) startOver(state, stage, reason, effects)
}

/** What a stage has given is of no use; what still runs of it is ended, and it begins anew when it runs again. */
export function startOver(
  state: DagState,
  stage: StageState,
  reason: string,
  effects: DagEffect[],
): void {
  const { stageId, attempts, plan } = stage
  effects.push({ type: 'abandon-attempt', stageId, stageAttempt: attempts - 1, reason })
  if (plan.shuffleId !== undefined) forgetOutputs(state, plan.shuffleId, reason, effects)
  const job = resultJob(state, stage)
  for (const partition of job?.partitions ?? []) job?.unfinished.add(partition)
}

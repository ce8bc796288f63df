import { jobCancelled } from '../../errors.ts'
import type { DagEffect, DagEvent } from './events.ts'
import { isMeant } from './job-selector.ts'
import type { DagState, JobState, StageState } from './state.ts'

type EventOf<Type extends DagEvent['type']> = Extract<DagEvent, { type: Type }>

/** Fails all jobs that need a stage. */
export function failJobs(
  state: DagState,
  stage: StageState,
  cause: unknown,
  reason: string,
  effects: DagEffect[],
): void {
  for (const jobId of [...stage.jobs]) failJob(state, jobId, cause, reason, effects)
}

/** Fails a job, also one that waits to be submitted. */
export function failJob(
  state: DagState,
  jobId: number,
  cause: unknown,
  reason: string,
  effects: DagEffect[],
): void {
  const job = state.jobs.get(jobId)
  if (job === undefined && !state.waitingJobs.delete(jobId)) return
  if (job !== undefined) leaveStages(state, job, reason, effects)
  effects.push({ type: 'job-failed', jobId, cause, reason })
}

/** Fails every job that is meant. */
export function cancelJobs(
  state: DagState,
  { which, why }: EventOf<'jobs-cancelled'>,
  effects: DagEffect[],
): void {
  const waiting = [...state.waitingJobs.values()].map(({ job }) => job)
  const jobs = [...state.jobs.values(), ...waiting].filter((each) => isMeant(state, each, which))
  for (const job of jobs) {
    const cause = jobCancelled(job.jobId, why)
    failJob(state, job.jobId, cause, cause.message, effects)
  }
}

/** All results of a job are there. */
export function finishJob(
  state: DagState,
  jobId: number,
  reason: string,
  effects: DagEffect[],
): void {
  const job = state.jobs.get(jobId)
  if (job === undefined) return
  leaveStages(state, job, `job ${jobId} is done`, effects)
  effects.push({ type: 'job-succeeded', jobId, reason })
}

/** Takes a job out of its stages; those that no other job needs are forgotten, their task sets cancelled. */
function leaveStages(
  state: DagState,
  { jobId }: JobState,
  reason: string,
  effects: DagEffect[],
): void {
  state.jobs.delete(jobId)
  for (const stage of [...state.stages.values()]) {
    if (!stage.jobs.delete(jobId) || stage.jobs.size > 0) continue
    const { stageId, attempts, plan } = stage
    if (attempts > 0)
      effects.push({ type: 'cancel-task-set', stageId, stageAttempt: attempts - 1, reason })
    state.stages.delete(stageId)
    if (plan.shuffleId !== undefined) state.stageOfShuffle.delete(plan.shuffleId)
  }
}

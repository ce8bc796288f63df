import type { DagEffect, DagEvent } from './events.ts'
import { admitBarriers, countSlots, recountSlots } from './barrier-stages.ts'
import { barrierFailed } from './failed-attempts.ts'
import { cancelJobs, failJob, failJobs, finishJob } from './job-ends.ts'
import { executorLost, fetchFailed, resubmit } from './lost-outputs.ts'
import type { DagState, StageState } from './state.ts'
import { cutStages, type StagePlan } from './stages.ts'
import { resultJob, submitStage, submitWaitingStages } from './submit-stages.ts'

type EventOf<Type extends DagEvent['type']> = Extract<DagEvent, { type: Type }>

/**
 * The DAG scheduler's decisions: what is to be done after `event`, and why. Deterministic; touches nothing but
 * `state`, which it consumes.
 *
 * - A job is cut into stages; stages whose map outputs are there already are skipped.
 * - A stage runs when all that it reads is there; several may run at once.
 * - After a failed fetch exactly the map partitions that are missing run again, then what the reduce stage has
 *   not finished.
 * - A stage whose attempts end by failed fetches too often in a row fails its jobs, and so does a task set that
 *   gave up.
 *
 * @see DAGScheduler.scala in Spark
 */
export function dagTransition(
  state: DagState,
  event: DagEvent,
): readonly [DagState, readonly DagEffect[]] {
  const effects: DagEffect[] = []
  switch (event.type) {
    case 'job-submitted':
      submitJob(state, event, effects)
      break
    case 'task-succeeded':
      taskSucceeded(state, event, effects)
      break
    case 'fetch-failed':
      fetchFailed(state, event, effects)
      break
    case 'barrier-failed':
      barrierFailed(state, event, effects)
      break
    case 'executor-added':
      state.executorHosts.set(event.executorId, event.host)
      state.executorSlots.set(event.executorId, [event.profileId ?? 0, event.slots])
      break
    case 'executor-lost':
      executorLost(state, event, effects)
      recountSlots(state, effects)
      break
    case 'count-slots':
      countSlots(state, event, effects)
      break
    case 'forget-shuffle':
      state.outputs.removeShuffle(event.shuffleId)
      break
    case 'resubmit':
      resubmit(state, effects)
      break
    case 'task-set-failed':
      taskSetFailed(state, event, effects)
      break
    case 'job-cancelled':
      failJob(state, event.jobId, event.cause, event.reason, effects)
      break
    case 'jobs-cancelled':
      cancelJobs(state, event, effects)
      break
  }
  return [state, effects]
}

function submitJob(state: DagState, event: EventOf<'job-submitted'>, effects: DagEffect[]): void {
  const { jobId, partitions } = event
  if (event.isAgain === true && !state.waitingJobs.has(jobId)) return
  const cut = cutStages(event.lineage, event.finalRddId, event.callSite, event.resources)
  if (!admitBarriers(state, event, cut, effects)) return
  for (const [shuffleId, plan] of cut.shuffleMaps)
    addShuffleStage(state, jobId, shuffleId, plan, effects)
  const result = addStage(state, jobId, cut.result)
  const unfinished = new Set(partitions)
  const properties = event.properties ?? {}
  const resultStageId = result.stageId
  state.jobs.set(jobId, { jobId, resultStageId, properties, partitions, unfinished })
  if (unfinished.size === 0) {
    finishJob(state, jobId, 'the job wants no partition', effects)
    return
  }
  submitStage(state, result.stageId, `job ${jobId} was submitted`, effects)
}

function addShuffleStage(
  state: DagState,
  jobId: number,
  shuffleId: number,
  plan: StagePlan,
  effects: DagEffect[],
): void {
  if (state.outputs.missing(shuffleId) === undefined) {
    state.outputs.addShuffle(shuffleId, plan.numPartitions)
    const reason = `job ${jobId} is the first that needs shuffle ${shuffleId}`
    effects.push({ type: 'add-shuffle', shuffleId, numMaps: plan.numPartitions, reason })
  }
  if (state.outputs.isComplete(shuffleId)) {
    const reason =
      plan.numPartitions === 0
        ? `shuffle ${shuffleId} has no map partitions, so there is nothing to compute`
        : `all map outputs of shuffle ${shuffleId} are there from an earlier job`
    effects.push({ type: 'stage-skipped', plan, reason })
  }
  const known = state.stages.get(state.stageOfShuffle.get(shuffleId) ?? -1)
  if (known !== undefined) known.jobs.add(jobId)
  else state.stageOfShuffle.set(shuffleId, addStage(state, jobId, plan).stageId)
}

function addStage(state: DagState, jobId: number, plan: StagePlan): StageState {
  const stage: StageState = {
    stageId: state.nextStageId,
    plan,
    jobs: new Set([jobId]),
    status: 'idle',
    attempts: 0,
    failedAttempts: 0,
    pending: new Set(),
  }
  state.nextStageId += 1
  state.stages.set(stage.stageId, stage)
  return stage
}

function taskSucceeded(
  state: DagState,
  event: EventOf<'task-succeeded'>,
  effects: DagEffect[],
): void {
  const { stageId, partition, executorId, outcome } = event
  const stage = state.stages.get(stageId)
  if (stage === undefined) {
    effects.push({
      type: 'ignored',
      event: event.type,
      reason: `no job needs stage ${stageId} any more`,
    })
    return
  }
  const isLate = event.stageAttempt !== stage.attempts - 1
  const isWhole = stage.plan.isBarrier === true || stage.plan.isIndeterminate === true
  if (isWhole && (isLate || stage.status !== 'running')) {
    const reason = `partition ${partition} of attempt ${event.stageAttempt} does not go with what stage ${stageId} computes now`
    effects.push({ type: 'ignored', event: event.type, reason })
    return
  }
  const isGone = outcome.type === 'map-output' && state.lostExecutors.has(executorId)
  const wasPending = !(isLate && isGone) && stage.pending.delete(partition)
  if (isLate && wasPending) {
    const reason = `attempt ${event.stageAttempt} of stage ${stageId} has given partition ${partition} after all`
    effects.push({ type: 'partition-done', stageId, partition, reason })
  }
  if (outcome.type === 'result') {
    deliverResult(state, stage, event, outcome.parts, effects)
    return
  }
  const { shuffleId } = stage.plan
  if (shuffleId === undefined) return
  if (isGone) {
    const reason = `executor ${executorId} is gone, and with it the output of map partition ${partition}`
    effects.push({ type: 'ignored', event: event.type, reason })
  } else if (state.outputs.status(shuffleId, partition) === undefined) {
    state.outputs.register(shuffleId, partition, outcome.status)
    const reason = `map partition ${partition} of stage ${stageId} is done`
    effects.push({
      type: 'register-output',
      shuffleId,
      mapPartition: partition,
      status: outcome.status,
      reason,
    })
  }
  if (stage.pending.size === 0 && stage.status === 'running')
    finishMapStage(state, stage, shuffleId, effects)
}

function finishMapStage(
  state: DagState,
  stage: StageState,
  shuffleId: number,
  effects: DagEffect[],
): void {
  stage.status = 'idle'
  if (!state.outputs.isComplete(shuffleId)) {
    submitStage(
      state,
      stage.stageId,
      `outputs of stage ${stage.stageId} were lost while it ran`,
      effects,
    )
    return
  }
  stage.failedAttempts = 0
  completeStage(stage, `shuffle ${shuffleId} is complete`, effects)
  submitWaitingStages(state, `shuffle ${shuffleId} is complete`, effects)
}

function completeStage(stage: StageState, reason: string, effects: DagEffect[]): void {
  const { stageId, plan } = stage
  const jobId = Math.min(...stage.jobs)
  effects.push({
    type: 'stage-completed',
    jobId,
    stageId,
    stageAttempt: stage.attempts - 1,
    plan,
    reason,
  })
}

function deliverResult(
  state: DagState,
  stage: StageState,
  event: EventOf<'task-succeeded'>,
  parts: readonly Uint8Array[],
  effects: DagEffect[],
): void {
  const { partition } = event
  const job = resultJob(state, stage)
  if (job === undefined || !job.unfinished.delete(partition)) {
    effects.push({
      type: 'ignored',
      event: event.type,
      reason: `partition ${partition} has its result already`,
    })
    return
  }
  const { jobId } = job
  const reason = `partition ${partition} of job ${jobId} is done`
  effects.push({ type: 'deliver-result', jobId, partition, parts, reason })
  if (job.unfinished.size > 0) return
  completeStage(stage, `all results of job ${jobId} are there`, effects)
  stage.status = 'idle'
  finishJob(state, jobId, 'all its results are there', effects)
}

function taskSetFailed(
  state: DagState,
  event: EventOf<'task-set-failed'>,
  effects: DagEffect[],
): void {
  const stage = state.stages.get(event.stageId)
  if (stage === undefined || stage.attempts - 1 !== event.stageAttempt) {
    const reason = `attempt ${event.stageAttempt} of stage ${event.stageId} is over already`
    effects.push({ type: 'ignored', event: event.type, reason })
    return
  }
  stage.status = 'failed'
  failJobs(state, stage, event.cause, event.reason, effects)
}

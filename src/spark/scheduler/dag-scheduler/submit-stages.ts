import type { DagEffect } from './events.ts'
import type { DagState, JobState, StageState } from './state.ts'

/**
 * Asks for a stage: runs its task set if all that it reads is there, and otherwise asks for the stages that
 * write what is missing first. Stages under way are left alone. Without recursion.
 */
export function submitStage(
  state: DagState,
  stageId: number,
  reason: string,
  effects: DagEffect[],
): void {
  const open: { readonly stageId: number; readonly reason: string }[] = [{ stageId, reason }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const stage = state.stages.get(next.stageId)
    if (stage === undefined || stage.status !== 'idle') continue
    const missing = missingParents(state, stage)
    if (missing.length === 0) {
      submitMissingTasks(state, stage, next.reason, effects)
      continue
    }
    stage.status = 'waiting'
    effects.push(waiting(state, stage, missing))
    for (const parent of missing) {
      const why = `stage ${stage.stageId} reads shuffle ${parent.plan.shuffleId}, which is not complete`
      open.push({ stageId: parent.stageId, reason: why })
    }
  }
}

/** Asks again for every stage that waits; those whose parents are complete now run. */
export function submitWaitingStages(state: DagState, reason: string, effects: DagEffect[]): void {
  for (const stage of state.stages.values()) {
    if (stage.status !== 'waiting') continue
    stage.status = 'idle'
    submitStage(state, stage.stageId, reason, effects)
  }
}

function waiting(
  state: DagState,
  { stageId, plan, jobs }: StageState,
  parents: readonly StageState[],
): DagEffect {
  const missing = parents.flatMap((parent) => {
    const { shuffleId, numPartitions } = parent.plan
    if (shuffleId === undefined) return []
    const outputs = state.outputs.missing(shuffleId)?.length ?? 0
    return [{ stageId: parent.stageId, shuffleId, outputs, of: numPartitions }]
  })
  const reason = 'not all that it reads is there'
  return { type: 'stage-waiting', jobId: Math.min(...jobs), stageId, plan, missing, reason }
}

function missingParents(state: DagState, stage: StageState): StageState[] {
  return stage.plan.parentShuffles.flatMap((shuffleId) => {
    if (state.outputs.isComplete(shuffleId)) return []
    const parent = state.stages.get(state.stageOfShuffle.get(shuffleId) ?? -1)
    return parent === undefined ? [] : [parent]
  })
}

function submitMissingTasks(
  state: DagState,
  stage: StageState,
  reason: string,
  effects: DagEffect[],
): void {
  const { plan, stageId } = stage
  const { shuffleId } = plan
  // What is left of them does not go with what is computed now.
  const isWhole = plan.isBarrier === true || plan.isIndeterminate === true
  if (shuffleId !== undefined && isWhole && !state.outputs.isComplete(shuffleId))
    forgetOutputs(state, shuffleId, `all of stage ${stageId} runs again`, effects)
  const partitions = missingPartitions(state, stage)
  const jobId = Math.min(...stage.jobs)
  const stageAttempt = stage.attempts
  stage.attempts += 1
  stage.status = 'running'
  stage.pending = new Set(partitions)
  const share =
    partitions.length === plan.numPartitions
      ? `all ${partitions.length} partitions`
      : `only ${partitions.length} of ${plan.numPartitions} partitions are missing`
  effects.push({
    type: 'submit-task-set',
    jobId,
    stageId,
    stageAttempt,
    plan,
    partitions,
    properties: state.jobs.get(jobId)?.properties ?? {},
    reason: `${reason}; ${share}`,
  })
}

/** Forgets all outputs of a shuffle. */
export function forgetOutputs(
  state: DagState,
  shuffleId: number,
  reason: string,
  effects: DagEffect[],
): void {
  for (const [executorId, outputs] of state.outputs.removeOutputs(shuffleId))
    effects.push({ type: 'forget-outputs', executorId, outputs, reason })
}

function missingPartitions(state: DagState, stage: StageState): number[] {
  const { shuffleId } = stage.plan
  if (shuffleId !== undefined) return state.outputs.missing(shuffleId) ?? []
  const unfinished = resultJob(state, stage)?.unfinished ?? new Set<number>()
  return [...unfinished].sort((a, b) => a - b)
}

/** The job whose result a stage gives. */
export function resultJob(state: DagState, stage: StageState): JobState | undefined {
  for (const jobId of stage.jobs) {
    const job = state.jobs.get(jobId)
    if (job?.resultStageId === stage.stageId) return job
  }
  return undefined
}

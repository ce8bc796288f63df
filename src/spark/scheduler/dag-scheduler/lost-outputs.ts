import { SparkError, fetchFailureText } from '../../errors.ts'
import type { DagEffect, DagEvent } from './events.ts'
import { failAttempt, runningStage, startOver } from './failed-attempts.ts'
import { rollBack } from './rollback.ts'
import type { DagState } from './state.ts'
import { submitStage } from './submit-stages.ts'

type EventOf<Type extends DagEvent['type']> = Extract<DagEvent, { type: Type }>

/** A task could not read its input: what is gone is forgotten, and its stage runs again when that is there. */
export function fetchFailed(
  state: DagState,
  event: EventOf<'fetch-failed'>,
  effects: DagEffect[],
): void {
  const { stageId, failure } = event
  const { executorId, shuffleId, mapPartition, mapAttempt, kind } = failure
  const block = `the output of map partition ${mapPartition} of shuffle ${shuffleId}`
  const known = state.outputs.status(shuffleId, mapPartition)
  const isComputedAgain = known?.executorId === executorId && known.mapAttempt !== mapAttempt
  if (isComputedAgain) {
    const reason = `${block} that could not be read is of try ${mapAttempt}; try ${known.mapAttempt} has written it anew`
    effects.push({ type: 'ignored', event: event.type, reason })
  } else if (kind === 'unreachable' || kind === 'given up') {
    forgetExecutor(
      state,
      executorId,
      `executor ${executorId} can't be reached for ${block}`,
      effects,
    )
  } else if (state.outputs.unregister({ shuffleId, mapPartition }, executorId)) {
    const outputs = [{ shuffleId, mapPartition }]
    const reason = `${block} is ${kind} on executor ${executorId}`
    effects.push({ type: 'forget-outputs', executorId, outputs, reason })
  }
  const stage = runningStage(state, event, effects)
  if (stage === undefined) return
  const reason = `stage ${stageId} could not fetch ${block}: ${kind}`
  if (!failAttempt(state, stage, reason, attemptsFailed, effects)) return
  if (stage.plan.isBarrier === true) startOver(state, stage, reason, effects)
  const mapStage = state.stages.get(state.stageOfShuffle.get(shuffleId) ?? -1)
  if (mapStage?.plan.isIndeterminate === true && !isComputedAgain)
    rollBack(state, mapStage, reason, effects)

  function attemptsFailed(max: number): SparkError {
    const text = `${max} attempts of stage ${stageId} in a row could not fetch their input; the last time ${block} on executor ${executorId} was ${fetchFailureText(failure)}`
    return new SparkError('TROUPE_SPARK_JOB_FAILED', text, { data: { ...failure } })
  }
}

/** Runs the stages again whose attempts have failed. */
export function resubmit(state: DagState, effects: DagEffect[]): void {
  state.isResubmitScheduled = false
  for (const stage of [...state.stages.values()]) {
    if (stage.status !== 'failed') continue
    stage.status = 'idle'
    const reason = `attempt ${stage.attempts - 1} of stage ${stage.stageId} has failed`
    submitStage(state, stage.stageId, reason, effects)
  }
}

/** An executor is gone, and what it held. */
export function executorLost(
  state: DagState,
  event: EventOf<'executor-lost'>,
  effects: DagEffect[],
): void {
  state.lostExecutors.add(event.executorId)
  state.executorHosts.delete(event.executorId)
  state.executorSlots.delete(event.executorId)
  forgetExecutor(
    state,
    event.executorId,
    `executor ${event.executorId} is lost: ${event.reason}`,
    effects,
  )
}

function forgetExecutor(
  state: DagState,
  executorId: string,
  reason: string,
  effects: DagEffect[],
): void {
  const outputs = state.outputs.removeExecutor(executorId)
  if (outputs.length > 0) effects.push({ type: 'forget-outputs', executorId, outputs, reason })
}

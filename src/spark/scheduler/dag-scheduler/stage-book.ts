import type {
  AccumulableInfo,
  ListenerStageInfo,
  SparkEvent,
  StageInfo,
} from '../../events/index.ts'
import type { StagePlan } from './stages.ts'
import type { DagState } from './state.ts'

/** What listeners are told of stages: which attempts there are, and when each began and ended. */
export class StageBook {
  readonly #nowMs: () => number
  /** `<stage>.<attempt>` → as it was submitted */
  readonly #running = new Map<string, ListenerStageInfo>()

  /** `<stage>.<attempt>` → accumulator → its value so far */
  readonly #accumulables = new Map<string, Map<number, AccumulableInfo>>()

  /** @param nowMs the wall clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The stages of a job that has just been cut. */
  ofJob(state: DagState, jobId: number): ListenerStageInfo[] {
    const infos: ListenerStageInfo[] = []
    for (const { stageId, plan, jobs, attempts } of state.stages.values()) {
      if (!jobs.has(jobId)) continue
      // One that can run has just been begun.
      const attempt = Math.max(0, attempts - 1)
      infos.push(stageInfoOf(state, stageId, plan, attempt, plan.numPartitions))
    }
    return infos
  }

  submitted(
    state: DagState,
    stageId: number,
    stageAttempt: number,
    plan: StagePlan,
    numTasks: number,
  ): ListenerStageInfo {
    const info = stageInfoOf(state, stageId, plan, stageAttempt, numTasks)
    const submitted = { ...info, submissionTime: this.#nowMs() }
    this.#running.set(`${stageId}.${stageAttempt}`, submitted)
    return submitted
  }

  /** What a task of an attempt has changed; the last value of each is that of the stage. */
  accumulated(
    stageId: number,
    stageAttempt: number,
    accumulables: readonly AccumulableInfo[],
  ): void {
    if (accumulables.length === 0) return
    const key = `${stageId}.${stageAttempt}`
    const known = this.#accumulables.get(key) ?? new Map<number, AccumulableInfo>()
    this.#accumulables.set(key, known)
    for (const { id, name, value } of accumulables) {
      if (name !== undefined && value !== undefined) known.set(id, { id, name, value })
    }
  }

  /** An attempt that is over, well unless there is a reason; undefined when that was said before. */
  completed(
    stageId: number,
    stageAttempt: number,
    failureReason?: string,
  ): ListenerStageInfo | undefined {
    const key = `${stageId}.${stageAttempt}`
    const info = this.#running.get(key)
    if (info === undefined) return undefined
    this.#running.delete(key)
    const accumulables = [...(this.#accumulables.get(key)?.values() ?? [])]
    this.#accumulables.delete(key)
    const ended = { ...info, accumulables, completionTime: this.#nowMs() }
    return failureReason === undefined ? ended : { ...ended, failureReason }
  }
}

function stageInfoOf(
  state: DagState,
  stageId: number,
  plan: StagePlan,
  attemptNumber: number,
  numTasks: number,
): ListenerStageInfo {
  const parentIds = plan.parentShuffles.flatMap((id) => state.stageOfShuffle.get(id) ?? [])
  const info = {
    stageId,
    attemptNumber,
    name: plan.name,
    ...(plan.details === '' ? {} : { details: plan.details }),
    numTasks,
    ...(plan.resources === undefined ? {} : { resourceProfileId: plan.resources.profileId }),
    rddInfos: plan.rdds,
    parentIds,
    accumulables: [],
  }
  return plan.shuffleId === undefined ? info : { ...info, shuffleDepId: plan.shuffleId }
}

/** A stage, as the engine's own events name it. */
export function stageInfo(
  plan: StagePlan,
  jobId: number,
  stageId: number,
  stageAttempt: number,
): StageInfo {
  const { name, shuffleId } = plan
  const base = { jobId, stageId, stageAttempt, name }
  return shuffleId === undefined
    ? { ...base, kind: 'result' }
    : { ...base, kind: 'shuffle-map', shuffleId }
}

/** The end of a job, as listeners are told; it has failed when there is a reason. */
export function jobEnd(
  jobId: number,
  time: number,
  failure?: { readonly cause: unknown; readonly reason: string },
): Extract<SparkEvent, { readonly type: 'SparkListenerJobEnd' }> {
  const type = 'SparkListenerJobEnd'
  if (failure === undefined) return { type, jobId, time, jobResult: { result: 'JobSucceeded' } }
  const { cause, reason } = failure
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  const exception = { message: reason, stack }
  return { type, jobId, time, jobResult: { result: 'JobFailed', exception } }
}

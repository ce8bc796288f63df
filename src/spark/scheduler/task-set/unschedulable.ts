import { SparkError } from '../../errors.ts'
import type { TaskSetEffect, TaskSetEvent } from './events.ts'
import { isPending, type TaskSetState } from './state.ts'

type Offered = Extract<TaskSetEvent, { type: 'slots-offered' }>

/** A task that must not run on any executor that is there. */
interface Nowhere {
  readonly task: number
  readonly partition: number
  readonly reason: string
}

/**
 * What is done about a task that must not run on any executor that is there, and would wait for ever. One of them that has nothing
 * to do makes room for another; then, or where more executors can be asked for, the set waits for a while, and gives up
 * unless it could launch something. Otherwise it gives up at once.
 *
 * @see TaskSchedulerImpl.resourceOffers in Spark
 */
export function lookForNowhere(
  state: TaskSetState,
  event: Offered,
  effects: TaskSetEffect[],
): void {
  const { exclusion, unschedulable } = state
  const settings = state.settings.exclusion
  if (exclusion === undefined || settings === undefined) return
  const nowhere = findNowhere(state, event)
  if (nowhere === undefined) {
    becomeSchedulable(state, 'its tasks may run on executors that are there now', effects)
    return
  }
  if (unschedulable !== undefined) return
  const { task, partition, reason } = nowhere
  const idle = event.idle?.[0]
  if (idle === undefined && !settings.mayGrow) {
    giveUp(state, nowhere, effects)
    return
  }
  state.unschedulable = { task, partition, why: reason }
  const { unschedulableTimeoutMs } = settings
  const untilMs = event.nowMs + unschedulableTimeoutMs
  effects.push({ type: 'unschedulable', task, partition, untilMs, reason })
  if (idle === undefined) return
  const why = `it has nothing to do, and makes room for another: ${reason}`
  effects.push({ type: 'replace', executorId: idle, reason: why })
}

/** Something of the set runs, or may: it does not give up. */
export function becomeSchedulable(
  state: TaskSetState,
  reason: string,
  effects: TaskSetEffect[],
): void {
  if (state.unschedulable === undefined) return
  state.unschedulable = undefined
  effects.push({ type: 'schedulable', reason })
}

/** The set has waited for long enough. */
export function giveUpUnschedulable(state: TaskSetState, effects: TaskSetEffect[]): void {
  const { unschedulable, settings, isZombie } = state
  if (unschedulable === undefined || isZombie) return
  const { task, partition, why } = unschedulable
  const waitedMs = settings.exclusion?.unschedulableTimeoutMs ?? 0
  const reason = `${why}; and no other has come within ${waitedMs} ms`
  giveUp(state, { task, partition, reason }, effects)
}

/** @see TaskSetManager.abortSinceCompletelyExcludedOnFailure in Spark */
function giveUp(state: TaskSetState, nowhere: Nowhere, effects: TaskSetEffect[]): void {
  state.isZombie = true
  const { task, partition, reason } = nowhere
  const cause = new SparkError('TROUPE_SPARK_ALL_EXCLUDED', reason, { data: { task, partition } })
  effects.push({ type: 'give-up', task, partition, cause, reason })
}

function findNowhere(
  { exclusion, tasks }: TaskSetState,
  { alive, excluded }: Offered,
): Nowhere | undefined {
  if (exclusion === undefined || alive.size === 0) return undefined
  for (const [task, chosen] of tasks.entries()) {
    if (!isPending(chosen)) continue
    let why: string | undefined
    for (const [executorId, host] of alive) {
      why = excluded?.get(executorId) ?? exclusion.whyNot(task, executorId, host)
      if (why === undefined) break
    }
    if (why === undefined) continue
    const { partition } = chosen
    const reason = `task ${task} (partition ${partition}) must not run on any of ${alive.size} executors: ${why} (spark.excludeOnFailure)`
    return { task, partition, reason }
  }
  return undefined
}

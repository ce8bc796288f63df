import type { TaskSetEffect } from './events.ts'
import type { TaskSetState } from './state.ts'

/**
 * Finds tasks that take much longer than the others did, to be run a second time.
 *
 * @see TaskSetManager.checkSpeculatableTasks in Spark
 */
export function speculate(state: TaskSetState, nowMs: number, effects: TaskSetEffect[]): void {
  const { speculation } = state.settings
  if (speculation === undefined || state.isZombie || state.isBarrier) return
  if (state.tasks.length === 1) return
  const { quantile, multiplier, minTaskRuntimeMs } = speculation
  const least = Math.max(1, Math.floor(quantile * state.tasks.length))
  if (state.done < least || state.durationsMs.length === 0) return
  const medianMs = medianOf(state.durationsMs)
  const thresholdMs = Math.max(multiplier * medianMs, minTaskRuntimeMs)
  for (const [task, { tries, isDone, isSpeculatable, partition }] of state.tasks.entries()) {
    const [only] = tries
    if (isDone || isSpeculatable || only === undefined || tries.length > 1) continue
    const runMs = nowMs - only.startedMs
    if (runMs <= thresholdMs) continue
    const chosen = state.tasks[task]
    if (chosen !== undefined) chosen.isSpeculatable = true
    state.speculatable.unshift(task)
    const reason = `it has run for ${Math.round(runMs)} ms on executor ${only.executorId}, more than ${Math.round(thresholdMs)} ms; the median of ${state.durationsMs.length} is ${Math.round(medianMs)} ms`
    effects.push({ type: 'speculate', task, partition, reason })
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

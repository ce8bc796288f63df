import type { StaleReason, TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
import { launch } from './launch.ts'
import { resultsTooLarge } from './results.ts'
import { speculate } from './speculation.ts'
import type { TaskSetState, TaskState, TaskTry } from './state.ts'
import { giveUpUnschedulable } from './unschedulable.ts'

type EventOf<Type extends TaskSetEvent['type']> = Extract<TaskSetEvent, { type: Type }>

/**
 * The task set's decisions: what is to be done after `event`, and why. Deterministic; touches nothing but
 * `state`, which it consumes.
 *
 * - A free slot gets the task that is nearest to its input there ({@link launch}); never one that has failed on that
 *   executor, as long as there is another executor.
 * - A task that fails runs again; the set gives up, with the last cause, when one task has failed
 *   `maxTaskFailures` times, or would fail wherever it ran. The loss of an executor counts as a failure of what ran there.
 * - A failed fetch counts against nobody: nothing more is launched, what runs may finish, and the DAG scheduler decides.
 * - A result is accepted from a try that runs, and the first one ends the others.
 *
 * @see TaskSetManager.scala in Spark
 */
export function taskSetTransition(
  state: TaskSetState,
  event: TaskSetEvent,
): readonly [TaskSetState, readonly TaskSetEffect[]] {
  const effects: TaskSetEffect[] = []
  switch (event.type) {
    case 'slots-offered':
      launch(state, event, effects)
      break
    case 'task-succeeded':
      succeed(state, event, effects)
      break
    case 'result-ready':
      tooLarge(state, tryOf(state, event), event, effects)
      break
    case 'task-failed':
      fail(state, event, effects)
      break
    case 'kill-requested':
      kill(state, event, effects)
      break
    case 'fetch-failed':
      escalate(state, event, effects)
      break
    case 'executor-lost':
      loseExecutor(state, event.executorId)
      break
    case 'partition-done':
      passOver(state, event.partition, effects)
      break
    case 'speculation-due':
      speculate(state, event.nowMs, effects)
      break
    case 'unschedulable-due':
      giveUpUnschedulable(state, effects)
      break
    case 'cancelled':
      cancel(state)
      break
  }
  return [state, effects]
}

function staleness(state: TaskSetState, key: TaskKey): StaleReason {
  const task = state.tasks[key.task]
  if (task === undefined) return 'unknown-task'
  if (task.isDone) return 'already-done'
  return state.isCancelled ? 'cancelled' : 'other-attempt'
}

function tryOf(state: TaskSetState, { task, attempt, executorId }: TaskKey): TaskTry | undefined {
  if (state.isCancelled) return undefined
  return state.tasks[task]?.tries.find(
    (one) => one.attempt === attempt && one.executorId === executorId,
  )
}

/** Takes out the try that an outcome is for; refuses and counts the outcome when it is stale. */
function ended(
  state: TaskSetState,
  { task, attempt, executorId }: TaskKey,
  effects: TaskSetEffect[],
): readonly [TaskState, TaskTry] | undefined {
  const key = { task, attempt, executorId }
  const one = tryOf(state, key)
  const chosen = state.tasks[task]
  if (one === undefined || chosen === undefined) {
    const stale = staleness(state, key)
    state.refused[stale] += 1
    const reason = `the outcome of attempt ${attempt} of task ${task} on executor ${executorId} is stale: ${stale}`
    effects.push({ type: 'refused', key, stale, reason })
    return undefined
  }
  chosen.tries.splice(chosen.tries.indexOf(one), 1)
  state.running -= 1
  return [chosen, one]
}

function succeed(
  state: TaskSetState,
  event: EventOf<'task-succeeded'>,
  effects: TaskSetEffect[],
): void {
  const outcome = ended(state, event, effects)
  if (outcome === undefined) return
  const [task, one] = outcome
  if (tooLarge(state, one, event, effects)) return
  if (state.settings.speculation !== undefined) state.durationsMs.push(event.nowMs - one.startedMs)
  const { executorId, attempt } = event
  const reason = `attempt ${attempt} on executor ${executorId} is ${task.tries.length === 0 ? 'the current one' : 'the first to succeed'}`
  effects.push({
    type: 'accepted',
    task: event.task,
    partition: task.partition,
    executorId,
    reason,
  })
  finish(state, event.task, task, `attempt ${attempt} has succeeded first`, effects)
}

/**
 * Counts the result of a try; the set gives up when all of them together are more than the driver is to hold.
 *
 * @see TaskSetManager.canFetchMoreResults in Spark
 */
function tooLarge(
  state: TaskSetState,
  one: TaskTry | undefined,
  event: EventOf<'result-ready' | 'task-succeeded'>,
  effects: TaskSetEffect[],
): boolean {
  const { resultBytes, task } = event
  // That of a large result was counted when it was ready.
  if (one === undefined || one.resultBytes > 0 || resultBytes === 0) return false
  one.resultBytes = resultBytes
  state.resultBytes += resultBytes
  state.results += 1
  const { maxResultBytes } = state.settings
  if (maxResultBytes === 0 || state.resultBytes <= maxResultBytes) return false
  state.isZombie = true
  const cause = resultsTooLarge(state.results, state.resultBytes, maxResultBytes)
  const partition = state.tasks[task]?.partition ?? -1
  effects.push({ type: 'give-up', task, partition, cause, reason: cause.message })
  return true
}

/** The task is done; other tries of it are not wanted. */
function finish(
  state: TaskSetState,
  task: number,
  chosen: TaskState,
  why: string,
  effects: TaskSetEffect[],
): void {
  chosen.isDone = true
  chosen.isSpeculatable = false
  state.done += 1
  for (const { attempt, executorId } of chosen.tries.splice(0)) {
    state.running -= 1
    effects.push({ type: 'drop', task, attempt, executorId, reason: why })
  }
}

function passOver(state: TaskSetState, partition: number, effects: TaskSetEffect[]): void {
  for (const [task, chosen] of state.tasks.entries()) {
    if (chosen.partition !== partition || chosen.isDone) continue
    finish(state, task, chosen, 'another attempt of the stage has given the partition', effects)
  }
}

function kill(
  state: TaskSetState,
  { task, attempt, executorId, why }: EventOf<'kill-requested'>,
  effects: TaskSetEffect[],
): void {
  const key = { task, attempt, executorId }
  const one = tryOf(state, key)
  if (one === undefined) return
  one.killedFor = why
  effects.push({ type: 'kill', ...key, reason: why })
}

function fail(state: TaskSetState, event: EventOf<'task-failed'>, effects: TaskSetEffect[]): void {
  const { executorId, error, why } = event
  const outcome = ended(state, event, effects)
  if (outcome === undefined) return
  const [task, { killedFor, host, resultBytes }] = outcome
  if (resultBytes > 0) {
    state.resultBytes -= resultBytes
    state.results -= 1
  }
  task.isSpeculatable = false
  const { partition } = task
  if (state.isBarrier) {
    state.isZombie = true
    const reason = `task ${event.task} (partition ${partition}) on executor ${executorId}: ${killedFor ?? why}`
    const isHopeless = event.isHopeless === true || state.settings.maxTaskFailures <= 1
    const type = isHopeless ? 'give-up' : 'fail-attempt'
    effects.push({ type, task: event.task, partition, cause: error, reason })
    return
  }
  if (killedFor !== undefined) {
    again(
      state,
      event.task,
      task,
      `the try was killed (${killedFor}), which is no failure of the task`,
      effects,
    )
    return
  }
  if (event.isDenied === true) {
    again(state, event.task, task, `another try may commit, which is no failure: ${why}`, effects)
    return
  }
  task.failures += 1
  if (event.isExecutorLost !== true && !state.lostExecutors.has(executorId)) {
    task.failedOn.add(executorId)
    for (const excluded of state.exclusion?.failed(event.task, executorId, host) ?? []) {
      const what = excluded.what === 'node' ? `host ${excluded.host}` : `executor ${executorId}`
      effects.push({ type: 'exclude', excluded, reason: `too much has failed on ${what}` })
    }
  }
  const { failures } = task
  const { maxTaskFailures } = state.settings
  if (failures >= maxTaskFailures || event.isHopeless === true) {
    state.isZombie = true
    const times =
      failures === 1 && event.isHopeless === true
        ? 'in a way that no other try would mend'
        : `${failures} times`
    const reason = `task ${event.task} (partition ${partition}) failed ${times}, the last time on executor ${executorId}: ${why}`
    effects.push({ type: 'give-up', task: event.task, partition, cause: error, reason })
    return
  }
  const reason = `failure ${failures} of at most ${maxTaskFailures}, on executor ${executorId}: ${why}`
  again(state, event.task, task, reason, effects)
}

/** Runs a task again, unless another try of it runs, or nothing is launched any more. */
function again(
  state: TaskSetState,
  index: number,
  task: TaskState,
  reason: string,
  effects: TaskSetEffect[],
): void {
  if (task.tries.length > 0) return
  state.pending.add(index, task.locations)
  if (state.isZombie) return
  const { partition, failures } = task
  effects.push({ type: 'retry', task: index, partition, failures, reason })
}

function escalate(
  state: TaskSetState,
  event: EventOf<'fetch-failed'>,
  effects: TaskSetEffect[],
): void {
  const outcome = ended(state, event, effects)
  if (outcome === undefined) return
  const [{ partition }] = outcome
  state.isZombie = true
  const { failure } = event
  const reason =
    `the input of partition ${partition} is ${failure.kind}: map partition ${failure.mapPartition} of shuffle ` +
    `${failure.shuffleId} on executor ${failure.executorId || '(none)'}`
  effects.push({ type: 'escalate', task: event.task, partition, failure, reason })
}

/** It never comes back, so there is nothing to avoid: only executors that are there count as places to fail on. */
function loseExecutor(state: TaskSetState, executorId: string): void {
  state.lostExecutors.add(executorId)
  for (const { failedOn } of state.tasks) failedOn.delete(executorId)
}

/** What runs is cancelled by its actor, which ends with the set's. */
function cancel(state: TaskSetState): void {
  state.isCancelled = true
  state.isZombie = true
  state.running = 0
}

import type { StaleReason, TaskKey, TaskSetEffect, TaskSetEvent } from './events.ts'
import type { TaskSetState, TaskState } from './state.ts'

type EventOf<Type extends TaskSetEvent['type']> = Extract<TaskSetEvent, { type: Type }>

/**
 * The task set's decisions: what is to be done after `event`, and why. Deterministic; touches nothing but
 * `state`, which it consumes.
 *
 * - A free slot gets a task that prefers its host, else the next one; never one that has failed on that executor,
 *   as long as there is another executor.
 * - A task that fails runs again; the set gives up, with the last cause, when one task has failed
 *   `maxTaskFailures` times. The loss of an executor counts as a failure of what ran there.
 * - A failed fetch counts against nobody: nothing more is launched, and the DAG scheduler decides.
 * - A result is accepted from the current try of a task only.
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
    case 'cancelled':
      cancel(state)
      break
  }
  return [state, effects]
}

function launch(
  state: TaskSetState,
  event: EventOf<'slots-offered'>,
  effects: TaskSetEffect[],
): void {
  if (state.isZombie) return
  // One slot of every executor after the other, so that few tasks are spread wide.
  for (let round = 0; ; round += 1) {
    const open = event.slots.filter(({ free }) => free > round)
    const before = effects.length
    for (const { executorId, host } of open) {
      const picked = pick(state, executorId, host, event.executorCount)
      if (picked !== undefined) start(state, picked.task, executorId, picked.reason, effects)
    }
    if (effects.length === before) return
  }
}

function start(
  state: TaskSetState,
  task: number,
  executorId: string,
  reason: string,
  effects: TaskSetEffect[],
): void {
  const chosen = state.tasks[task] as TaskState
  chosen.status = 'running'
  chosen.attempt += 1
  chosen.executorId = executorId
  chosen.killedFor = undefined
  state.running += 1
  const { partition, attempt } = chosen
  effects.push({ type: 'launch', task, partition, attempt, executorId, reason })
}

function pick(
  state: TaskSetState,
  executorId: string,
  host: string,
  executorCount: number,
): { readonly task: number; readonly reason: string } | undefined {
  state.queue =
    state.queue.length > 0 && !isPending(state, state.queue[0]) ? pruned(state) : state.queue
  let firstChoice = -1
  for (let at = 0; at < state.queue.length; at += 1) {
    const task = state.tasks[state.queue[at] as number]
    if (task === undefined || task.status !== 'pending') continue
    if (task.failedOn.has(executorId) && task.failedOn.size < executorCount) continue
    if (task.preferredHosts.length === 0 || task.preferredHosts.includes(host)) {
      const reason =
        task.preferredHosts.length === 0
          ? `executor ${executorId} has a free slot and the task no preference`
          : `the task prefers host ${host}`
      return take(state, at, reason)
    }
    if (firstChoice < 0) firstChoice = at
  }
  if (firstChoice < 0) return undefined
  return take(
    state,
    firstChoice,
    `no task prefers host ${host}, so executor ${executorId} gets the next one`,
  )
}

function take(
  state: TaskSetState,
  at: number,
  reason: string,
): { readonly task: number; readonly reason: string } {
  const task = state.queue[at] as number
  if (at === 0) state.queue.shift()
  else state.queue.splice(at, 1)
  return { task, reason }
}

function isPending(state: TaskSetState, task: number | undefined): boolean {
  return task !== undefined && state.tasks[task]?.status === 'pending'
}

function pruned(state: TaskSetState): number[] {
  return state.queue.filter((task) => isPending(state, task))
}

function staleness(state: TaskSetState, key: TaskKey): StaleReason | undefined {
  const task = state.tasks[key.task]
  if (task === undefined) return 'unknown-task'
  if (task.status === 'done') return 'already-done'
  if (state.isCancelled) return 'cancelled'
  const isCurrent =
    task.status === 'running' && task.attempt === key.attempt && task.executorId === key.executorId
  return isCurrent ? undefined : 'other-attempt'
}

/** The task that an outcome is for; refuses and counts the outcome when it is stale. */
function current(
  state: TaskSetState,
  { task, attempt, executorId }: TaskKey,
  effects: TaskSetEffect[],
): TaskState | undefined {
  const key = { task, attempt, executorId }
  const stale = staleness(state, key)
  if (stale === undefined) return state.tasks[task]
  state.refused[stale] += 1
  const reason = `the outcome of attempt ${attempt} of task ${task} on executor ${executorId} is stale: ${stale}`
  effects.push({ type: 'refused', key, stale, reason })
  return undefined
}

function succeed(
  state: TaskSetState,
  event: EventOf<'task-succeeded'>,
  effects: TaskSetEffect[],
): void {
  const task = current(state, event, effects)
  if (task === undefined) return
  task.status = 'done'
  task.executorId = undefined
  state.running -= 1
  state.done += 1
  const { partition } = task
  const reason = `attempt ${event.attempt} on executor ${event.executorId} is the current one`
  effects.push({
    type: 'accepted',
    task: event.task,
    partition,
    executorId: event.executorId,
    reason,
  })
}

function kill(
  state: TaskSetState,
  { task, attempt, executorId, why }: EventOf<'kill-requested'>,
  effects: TaskSetEffect[],
): void {
  const key = { task, attempt, executorId }
  const chosen = state.tasks[task]
  if (chosen === undefined || staleness(state, key) !== undefined) return
  chosen.killedFor = why
  effects.push({ type: 'kill', ...key, reason: why })
}

function fail(state: TaskSetState, event: EventOf<'task-failed'>, effects: TaskSetEffect[]): void {
  const { executorId, error, why } = event
  const task = current(state, event, effects)
  if (task === undefined) return
  task.status = 'pending'
  task.executorId = undefined
  state.running -= 1
  const { killedFor, partition } = task
  if (killedFor !== undefined) {
    task.killedFor = undefined
    state.queue.push(event.task)
    if (state.isZombie) return
    const reason = `the try was killed (${killedFor}), which is no failure of the task`
    const { failures } = task
    effects.push({ type: 'retry', task: event.task, partition, failures, reason })
    return
  }
  task.failures += 1
  if (event.isExecutorLost !== true && !state.lostExecutors.has(executorId)) {
    task.failedOn.add(executorId)
  }
  const { failures } = task
  if (failures >= state.maxTaskFailures) {
    state.isZombie = true
    const reason = `task ${event.task} (partition ${partition}) failed ${failures} times, the last time on executor ${executorId}: ${why}`
    effects.push({ type: 'give-up', task: event.task, partition, cause: error, reason })
    return
  }
  state.queue.push(event.task)
  if (state.isZombie) return
  const reason = `failure ${failures} of at most ${state.maxTaskFailures}, on executor ${executorId}: ${why}`
  effects.push({ type: 'retry', task: event.task, partition, failures, reason })
}

function escalate(
  state: TaskSetState,
  event: EventOf<'fetch-failed'>,
  effects: TaskSetEffect[],
): void {
  const task = current(state, event, effects)
  if (task === undefined) return
  task.status = 'pending'
  task.executorId = undefined
  state.running -= 1
  state.isZombie = true
  const { failure } = event
  const reason =
    `the input of partition ${task.partition} is ${failure.kind}: map partition ${failure.mapPartition} of shuffle ` +
    `${failure.shuffleId} on executor ${failure.executorId || '(none)'}`
  effects.push({ type: 'escalate', task: event.task, partition: task.partition, failure, reason })
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

import type { SlotOffer, TaskSetEffect, TaskSetEvent } from './events.ts'
import { LEVEL, LEVELS } from './locations.ts'
import { isPending, type TaskSetState, type TaskState } from './state.ts'
import { becomeSchedulable, lookForNowhere } from './unschedulable.ts'

type Offered = Extract<TaskSetEvent, { type: 'slots-offered' }>

interface Found {
  readonly task: number
  readonly level: number
  readonly isSpeculative: boolean
  readonly reason: string
}

/**
 * Fills slots with tasks, at the nearest level first: one slot of every executor after the other, so that few tasks are spread
 * wide. A task waits for a place near to its input as long as spark.locality.wait says, and takes what there is then.
 *
 * @see TaskSetManager.resourceOffer and TaskSchedulerImpl.resourceOffers in Spark; Zaharia et al., Delay Scheduling, EuroSys 2010
 */
export function launch(state: TaskSetState, event: Offered, effects: TaskSetEffect[]): void {
  if (state.isZombie) return
  if (state.isBarrier) {
    launchAtOnce(state, event, effects)
    return
  }
  const { slots, alive, nowMs, limit = Infinity } = event
  let left = limit
  const free = slots.map((slot) => slot.free)
  let nearest: number | undefined
  let isHeldBack = false
  for (const most of levelsOf(state, alive)) {
    let isProgress = true
    while (isProgress) {
      isProgress = false
      for (const [at, slot] of slots.entries()) {
        if ((free[at] ?? 0) <= 0 || left <= 0) continue
        const allowed =
          most === LEVEL.noPref ? most : Math.min(most, allowedLevel(state, alive, nowMs))
        const found = find(state, slot, allowed, alive)
        if (found === undefined) {
          if (most === LEVEL.any && allowed < most && hasPending(state)) isHeldBack = true
          continue
        }
        start(state, found, slot, nowMs, effects)
        free[at] = (free[at] ?? 0) - 1
        isProgress = true
        left -= 1
        if (most !== LEVEL.noPref) nearest = Math.min(nearest ?? found.level, found.level)
      }
    }
  }
  if (effects.length === 0) lookForNowhere(state, event, effects)
  else becomeSchedulable(state, 'something of it could be launched', effects)
  if (state.isZombie) return
  if (!isHeldBack) {
    state.levelSinceMs = nowMs
    if (nearest !== undefined) state.level = nearest
    return
  }
  const untilMs = state.levelSinceMs + waitAt(state, state.level)
  const reason = `tasks wait for slots at level ${LEVELS[state.level] ?? ''} for ${waitAt(state, state.level)} ms`
  effects.push({ type: 'wait', untilMs, reason })
}

/**
 * Fills slots with all tasks, or with none when there are too few; nearest to their input as far as that goes, and without
 * waiting for it.
 */
function launchAtOnce(
  state: TaskSetState,
  { slots, alive, nowMs }: Offered,
  effects: TaskSetEffect[],
): void {
  const free = slots.map((slot) => slot.free)
  const room = free.reduce((sum, slotsLeft) => sum + slotsLeft, 0)
  if (state.running > 0 || room < state.tasks.length) return
  for (const most of [LEVEL.process, LEVEL.node, LEVEL.noPref, LEVEL.any]) {
    for (const [at, slot] of slots.entries()) {
      while ((free[at] ?? 0) > 0) {
        const found = find(state, slot, most, alive)
        if (found === undefined) break
        start(state, found, slot, nowMs, effects)
        free[at] = (free[at] ?? 0) - 1
      }
    }
  }
}

/** The levels at which there may be something to launch, the nearest first. */
function levelsOf({ pending }: TaskSetState, alive: ReadonlyMap<string, string>): number[] {
  const levels: number[] = []
  if (pending.hasOfExecutors(alive)) levels.push(LEVEL.process)
  if (pending.hasOfHosts(alive)) levels.push(LEVEL.node)
  if (pending.hasWithoutPreference()) levels.push(LEVEL.noPref)
  levels.push(LEVEL.any)
  return levels
}

/** How far from their input tasks may run now; the waits that are over, and the levels without tasks, are passed over. */
function allowedLevel(
  state: TaskSetState,
  alive: ReadonlyMap<string, string>,
  nowMs: number,
): number {
  while (state.level < LEVEL.any) {
    if (!hasTasksAt(state, state.level, alive)) {
      state.levelSinceMs = nowMs
      state.level += 1
      continue
    }
    const waitMs = waitAt(state, state.level)
    if (nowMs - state.levelSinceMs < waitMs) return state.level
    state.levelSinceMs += waitMs
    state.level += 1
  }
  return state.level
}

function hasTasksAt(
  { pending }: TaskSetState,
  level: number,
  alive: ReadonlyMap<string, string>,
): boolean {
  if (level === LEVEL.process) return pending.hasOfExecutors(alive)
  if (level === LEVEL.node) return pending.hasOfHosts(alive)
  return level === LEVEL.noPref && pending.hasWithoutPreference()
}

function waitAt({ settings: { locality } }: TaskSetState, level: number): number {
  if (level === LEVEL.process) return locality.processMs
  return level === LEVEL.node ? locality.nodeMs : 0
}

function hasPending(state: TaskSetState): boolean {
  return state.done + state.running < state.tasks.length || state.tasks.some(isPending)
}

function find(
  state: TaskSetState,
  { executorId, host }: SlotOffer,
  allowed: number,
  alive: ReadonlyMap<string, string>,
): Found | undefined {
  const { pending } = state
  const mayRun = (task: number): boolean =>
    whyNotThere(state, task, executorId, host, alive.size) === undefined
  const held = pending.takeOfExecutor(executorId, mayRun)
  if (held !== undefined)
    return found(held, LEVEL.process, `executor ${executorId} holds what the task reads`)
  if (allowed >= LEVEL.node) {
    const near = pending.takeOfHost(host, mayRun)
    if (near !== undefined) return found(near, LEVEL.node, `the task prefers host ${host}`)
  }
  if (allowed >= LEVEL.noPref) {
    const any = pending.takeWithoutPreference(mayRun)
    if (any !== undefined) {
      // As Spark: without a preference every place is the nearest.
      const reason = `executor ${executorId} has a free slot and the task no preference`
      return found(any, LEVEL.process, reason)
    }
  }
  if (allowed >= LEVEL.any) {
    const far = pending.takeAny(mayRun)
    if (far !== undefined) {
      const reason = `no place that the task prefers came free in time, so executor ${executorId} gets it`
      return found(far, LEVEL.any, reason)
    }
  }
  return findSlow(state, executorId, host, allowed, alive)
}

function found(task: number, level: number, reason: string): Found {
  return { task, level, isSpeculative: false, reason }
}

/** A task to run a second time, on a host where it does not run yet. */
function findSlow(
  state: TaskSetState,
  executorId: string,
  host: string,
  allowed: number,
  alive: ReadonlyMap<string, string>,
): Found | undefined {
  const { speculatable } = state
  for (let at = speculatable.length - 1; at >= 0; at -= 1) {
    const task = speculatable[at] as number
    const chosen = state.tasks[task] as TaskState
    if (!chosen.isSpeculatable) {
      speculatable.splice(at, 1)
      continue
    }
    if (chosen.tries.some((one) => one.host === host)) continue
    if (whyNotThere(state, task, executorId, host, alive.size) !== undefined) continue
    const isNear = chosen.locations.some((one) => one.host === host)
    if (!isNear && chosen.locations.length > 0 && allowed < LEVEL.any) continue
    speculatable.splice(at, 1)
    chosen.isSpeculatable = false
    const level = isNear ? LEVEL.node : chosen.locations.length > 0 ? LEVEL.any : LEVEL.process
    const reason = `the task takes long on executor ${chosen.tries[0]?.executorId ?? ''}, and executor ${executorId} has a free slot`
    return { task, level, isSpeculative: true, reason }
  }
  return undefined
}

/** Why a task must not run there; undefined when it may. */
export function whyNotThere(
  state: TaskSetState,
  task: number,
  executorId: string,
  host: string,
  executorCount: number,
): string | undefined {
  if (state.exclusion !== undefined) return state.exclusion.whyNot(task, executorId, host)
  const failedOn = state.tasks[task]?.failedOn
  if (failedOn?.has(executorId) !== true || failedOn.size >= executorCount) return undefined
  return 'it had failed there'
}

function start(
  state: TaskSetState,
  { task, level, isSpeculative, reason }: Found,
  { executorId, host }: SlotOffer,
  nowMs: number,
  effects: TaskSetEffect[],
): void {
  const chosen = state.tasks[task] as TaskState
  const attempt = chosen.attempts
  chosen.attempts += 1
  chosen.tries.push({
    attempt,
    executorId,
    host,
    startedMs: nowMs,
    killedFor: undefined,
    resultBytes: 0,
  })
  state.running += 1
  effects.push({
    type: 'launch',
    task,
    partition: chosen.partition,
    attempt,
    executorId,
    host,
    locality: LEVELS[level] ?? 'ANY',
    isSpeculative,
    reason,
  })
}

import type { AllocationSettings } from './settings.ts'

/** One executor, as far as it matters whether it is needed. */
export interface ExecutorLoad {
  readonly executorId: string
  readonly slots: number
  /** Slots that are taken. */
  readonly running: number
  /** Tasks that it was ever given: it has worked since when this has grown. */
  readonly given: number
}

/** What the executors have to do. */
export interface Load {
  /** Slots that task sets want and don't have. */
  readonly pendingTasks: number
  /** Task sets of whose tasks one must not run on any executor that is there. */
  readonly unschedulableSets: number
  readonly executors: readonly ExecutorLoad[]
  /** Executors that keep cached partitions. */
  readonly caching: ReadonlySet<string>
  /** Executors that have map outputs, and whether a job under way needs them. */
  readonly shuffles: ReadonlyMap<string, 'active' | 'inactive'>
}

/** What is wanted. Each says why. */
export type AllocationEffect = { readonly reason: string } & (
  | { readonly type: 'request-total'; readonly total: number }
  | { readonly type: 'retire'; readonly executorId: string }
)

interface Idle {
  readonly given: number
  readonly sinceMs: number
}

/** How many executors are wanted, and since when those that are there are idle. A transition consumes it. */
export interface AllocationState {
  readonly settings: AllocationSettings
  /** Executors that were asked for. */
  target: number
  /** How many more are asked for next: doubled each time, as long as all of them are needed. */
  toAdd: number
  /** When more are asked for; undefined as long as no task waits. */
  addAtMs: number | undefined
  /** Nothing has run yet: the initial number stays. */
  isInitializing: boolean
  /** executor → since when it is idle */
  readonly idle: Map<string, Idle>
}

/** With the initial number of executors, which is asked for already. */
export function allocationState(settings: AllocationSettings): AllocationState {
  return {
    settings,
    target: initialTarget(settings),
    toAdd: 1,
    addAtMs: undefined,
    isInitializing: true,
    idle: new Map(),
  }
}

/** @see Utils.getDynamicAllocationInitialExecutors in Spark */
export function initialTarget({ minExecutors, initialExecutors }: AllocationSettings): number {
  return Math.max(minExecutors, initialExecutors)
}

/**
 * Asks for more executors when tasks have waited for a while, twice as many each time; for fewer when there are more than all
 * tasks need; and ends those that have been idle for long, unless they hold what is needed: map outputs of jobs under way,
 * or, by default, any map outputs or cached partitions.
 *
 * @param slotsOfOne tasks that one executor runs at a time
 * @see ExecutorAllocationManager.scala and ExecutorMonitor.scala in Spark
 */
export function allocationTransition(
  state: AllocationState,
  load: Load,
  slotsOfOne: number,
  nowMs: number,
): readonly [AllocationState, readonly AllocationEffect[]] {
  const effects: AllocationEffect[] = []
  watchIdle(state, load, nowMs)
  watchBacklog(state, load, nowMs)
  const timedOut = load.executors.filter(({ executorId }) =>
    isTimedOut(state, load, executorId, nowMs),
  )
  if (timedOut.length > 0) state.isInitializing = false
  if (!state.isInitializing) adjust(state, load, slotsOfOne, nowMs, effects)
  retire(state, load, timedOut, nowMs, effects)
  return [state, effects]
}

/** Whether an executor has been idle for so long that it matters what else it holds. */
export function hasIdle(state: AllocationState, load: Load, nowMs: number): boolean {
  const { idleTimeoutMs } = state.settings
  return load.executors.some(({ executorId, given, running }) => {
    const idle = state.idle.get(executorId)
    return running === 0 && idle?.given === given && nowMs - idle.sinceMs >= idleTimeoutMs
  })
}

function watchIdle({ idle }: AllocationState, { executors }: Load, nowMs: number): void {
  const known = new Set<string>()
  for (const { executorId, running, given } of executors) {
    known.add(executorId)
    if (running > 0) idle.delete(executorId)
    else if (idle.get(executorId)?.given !== given) idle.set(executorId, { given, sinceMs: nowMs })
  }
  for (const executorId of idle.keys()) if (!known.has(executorId)) idle.delete(executorId)
}

function watchBacklog(state: AllocationState, { pendingTasks }: Load, nowMs: number): void {
  if (pendingTasks === 0) {
    state.addAtMs = undefined
    state.toAdd = 1
    return
  }
  state.isInitializing = false
  state.addAtMs ??= nowMs + state.settings.backlogTimeoutMs
}

/** How long an executor may be idle, by what it holds. */
function timeoutOf({ settings }: AllocationState, load: Load, executorId: string): number {
  const isCaching = load.caching.has(executorId)
  const shuffles = load.shuffles.get(executorId)
  if (shuffles === 'active') return Number.POSITIVE_INFINITY
  if (!isCaching && shuffles === undefined) return settings.idleTimeoutMs
  return Math.max(
    isCaching ? settings.cachedIdleTimeoutMs : 0,
    shuffles === undefined ? 0 : settings.shuffleTimeoutMs,
  )
}

function isTimedOut(
  state: AllocationState,
  load: Load,
  executorId: string,
  nowMs: number,
): boolean {
  const idle = state.idle.get(executorId)
  return idle !== undefined && nowMs - idle.sinceMs >= timeoutOf(state, load, executorId)
}

function adjust(
  state: AllocationState,
  { pendingTasks, unschedulableSets, executors }: Load,
  slotsOfOne: number,
  nowMs: number,
  effects: AllocationEffect[],
): void {
  const { minExecutors, maxExecutors, allocationRatio, sustainedBacklogTimeoutMs } = state.settings
  const running = executors.reduce((sum, one) => sum + one.running, 0)
  const forTasks = Math.ceil(((pendingTasks + running) * allocationRatio) / slotsOfOne)
  // Those that are there are of no use to them.
  const forOthers = Math.ceil((unschedulableSets * allocationRatio) / slotsOfOne)
  const needed = forOthers === 0 ? forTasks : Math.max(forTasks, executors.length + forOthers)
  const before = state.target
  const tasks = `${pendingTasks} tasks wait and ${running} run, ${slotsOfOne} at a time on an executor`
  if (needed < before) {
    state.target = Math.max(needed, minExecutors)
    state.toAdd = 1
    if (state.target === before) return
    const reason = `${needed} executors would do: ${tasks}`
    effects.push({ type: 'request-total', total: state.target, reason })
    return
  }
  if (state.addAtMs === undefined || nowMs < state.addAtMs) return
  state.addAtMs = nowMs + sustainedBacklogTimeoutMs
  if (before >= maxExecutors) {
    state.toAdd = 1
    return
  }
  const wanted = Math.min(Math.max(before, executors.length) + state.toAdd, needed)
  state.target = Math.max(Math.min(wanted, maxExecutors), minExecutors)
  const delta = state.target - before
  state.toAdd = delta === state.toAdd ? state.toAdd * 2 : 1
  if (delta === 0) return
  const reason = `${tasks}: ${needed} executors are needed`
  effects.push({ type: 'request-total', total: state.target, reason })
}

/** Ends executors that have been idle for too long, down to what is wanted. */
function retire(
  state: AllocationState,
  load: Load,
  timedOut: readonly ExecutorLoad[],
  nowMs: number,
  effects: AllocationEffect[],
): void {
  let left = load.executors.length
  for (const { executorId } of timedOut) {
    if (left - 1 < Math.max(state.settings.minExecutors, state.target)) return
    left -= 1
    const idleMs = nowMs - (state.idle.get(executorId)?.sinceMs ?? nowMs)
    const reason = `it has been idle for ${Math.round(idleMs / 1000)} s, and ${state.target} executors are wanted`
    effects.push({ type: 'retire', executorId, reason })
  }
}

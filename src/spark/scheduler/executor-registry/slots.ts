import type { LoadReport } from '../allocation/index.ts'
import { NO_POOLS, nextInLine, type PoolSettings } from '../pools/index.ts'
import type { SlotOffer } from '../task-set/events.ts'

/** One executor and its slots. */
interface ExecutorSlots {
  readonly host: string
  /** Of one whose slots are lent: those that it has now. */
  total: number
  free: number
  /** Each slot serves one task, and is gone with it. */
  readonly isLent: boolean
  /** Tasks that it was ever given. */
  given: number
}

/** A task set that wants slots, or has some. */
interface Demand {
  readonly taskSetId: string
  readonly jobId: number
  readonly stageId: number
  readonly pool: string
  /** Slots that it has. */
  running: number
  wanted: number
  /** It takes all that it wants at once, or none. */
  readonly isWhole: boolean
  /** It used less than it was offered since something changed last. */
  isSated: boolean
  /** A task of it must not run on any executor that is there. */
  isUnschedulable: boolean
}

/** Who has slots and who wants them. A transition consumes the state it is given. */
export interface SlotsState {
  readonly executors: Map<string, ExecutorSlots>
  readonly demands: Map<string, Demand>
  readonly pools: PoolSettings
  /** Executor → why it gets nothing, of those that are excluded; another map when that changes. */
  excluded: ReadonlyMap<string, string>
  /** Executor → host, of all that are there; another map when that changes. */
  alive: ReadonlyMap<string, string>
  /** The task set that has been offered slots and has not answered. */
  offering: string | undefined
  /** How many it may take. */
  limit: number
  /** Slots have come since that offer, so its answer says nothing about them. */
  isOfferOutdated: boolean
}

/** Slots of one executor, which need not run yet. */
export interface LentSlots {
  readonly executorId: string
  readonly host: string
  readonly slots: number
}

/** What happens to executors and task sets, as the slot broker hears of it. */
export type SlotsEvent =
  | {
      readonly type: 'executor-added'
      readonly executorId: string
      readonly host: string
      readonly slots: number
    }
  | { readonly type: 'executor-removed'; readonly executorId: string }
  /** Slots for one task each; executors that are not there are added. */
  | { readonly type: 'lent'; readonly executors: readonly LentSlots[] }
  /** What was lent and is still free is there no more. */
  | { readonly type: 'called-back'; readonly executorId: string }
  /** All that are excluded for the application, and why. */
  | { readonly type: 'excluded'; readonly executors: ReadonlyMap<string, string> }
  | {
      readonly type: 'wanted'
      readonly taskSetId: string
      readonly jobId: number
      readonly stageId: number
      readonly pool: string
      readonly wanted: number
      readonly isWhole: boolean
    }
  | {
      readonly type: 'answered'
      readonly taskSetId: string
      /** Slots used, by executor. */
      readonly used: readonly (readonly [executorId: string, slots: number])[]
      readonly wanted: number
    }
  | { readonly type: 'released'; readonly executorId: string; readonly taskSetId: string }
  | { readonly type: 'unschedulable'; readonly taskSetId: string; readonly isSo: boolean }
  | { readonly type: 'withdrawn'; readonly taskSetId: string }

/** Slots for one task set, which has to answer before anybody gets others. */
export interface SlotsEffect {
  readonly type: 'offer'
  readonly taskSetId: string
  readonly slots: readonly SlotOffer[]
  /** How many of them it may take: one where pools share them, so that shares are kept. */
  readonly limit: number
  /** Executor → host, of all that are there, with or without a free slot. */
  readonly alive: ReadonlyMap<string, string>
  /** Of these, those that get nothing of the application, and why. */
  readonly excluded: ReadonlyMap<string, string>
  /** Of these, those that run nothing. */
  readonly idle: readonly string[]
  readonly reason: string
}

/** No executors, no task sets. */
export function emptySlots(pools: PoolSettings = NO_POOLS): SlotsState {
  return {
    executors: new Map(),
    demands: new Map(),
    pools,
    excluded: new Map(),
    alive: new Map(),
    offering: undefined,
    limit: Infinity,
    isOfferOutdated: false,
  }
}

/**
 * Hands free slots to task sets in the order of the pools ({@link nextInLine}): one set at a time is offered all that
 * is free, executors with the most free slots first, and what it leaves goes to the next. Where pools share slots it may
 * take one of them, before the next in line is looked for.
 */
export function slotsTransition(
  state: SlotsState,
  event: SlotsEvent,
): readonly [SlotsState, readonly SlotsEffect[]] {
  apply(state, event)
  const offer = nextOffer(state)
  return [state, offer === undefined ? [] : [offer]]
}

function apply(state: SlotsState, event: SlotsEvent): void {
  switch (event.type) {
    case 'executor-added': {
      const { executorId, host, slots } = event
      const executor = { host, total: slots, free: slots, isLent: false, given: 0 }
      state.executors.set(executorId, executor)
      state.alive = hostsOf(state)
      return wake(state)
    }
    case 'lent':
      for (const { executorId, host, slots } of event.executors) {
        const known = state.executors.get(executorId)
        if (known === undefined) {
          const executor = { host, total: slots, free: slots, isLent: true, given: 0 }
          state.executors.set(executorId, executor)
        } else {
          known.total += slots
          known.free += slots
        }
      }
      state.alive = hostsOf(state)
      return wake(state)
    case 'called-back': {
      const executor = state.executors.get(event.executorId)
      if (executor === undefined) return
      executor.total -= executor.free
      executor.free = 0
      return
    }
    case 'executor-removed':
      state.executors.delete(event.executorId)
      state.alive = hostsOf(state)
      return wake(state)
    case 'excluded':
      state.excluded = event.executors
      return wake(state)
    case 'wanted': {
      const { taskSetId, jobId, stageId, pool, wanted, isWhole } = event
      const known = state.demands.get(taskSetId)
      const [running, isUnschedulable] = [known?.running ?? 0, known?.isUnschedulable ?? false]
      const place = { taskSetId, jobId, stageId, pool }
      const demand = { ...place, running, wanted, isWhole, isSated: false, isUnschedulable }
      state.demands.set(taskSetId, demand)
      return
    }
    case 'answered': {
      if (state.offering === event.taskSetId) state.offering = undefined
      for (const [executorId, slots] of event.used) {
        const executor = state.executors.get(executorId)
        if (executor === undefined) continue
        executor.free -= slots
        executor.given += slots
      }
      const demand = state.demands.get(event.taskSetId)
      if (demand === undefined) return
      const before = demand.running
      for (const [, slots] of event.used) demand.running += slots
      demand.wanted = event.wanted
      demand.isSated = !state.isOfferOutdated && demand.running - before < state.limit
      return
    }
    case 'released': {
      const executor = state.executors.get(event.executorId)
      if (executor?.isLent === true) executor.total = Math.max(executor.free, executor.total - 1)
      else if (executor !== undefined) executor.free = Math.min(executor.total, executor.free + 1)
      const demand = state.demands.get(event.taskSetId)
      if (demand !== undefined) demand.running = Math.max(0, demand.running - 1)
      return wake(state)
    }
    case 'unschedulable': {
      const demand = state.demands.get(event.taskSetId)
      if (demand !== undefined) demand.isUnschedulable = event.isSo
      return
    }
    case 'withdrawn':
      state.demands.delete(event.taskSetId)
      if (state.offering === event.taskSetId) state.offering = undefined
      return
  }
}

function wake(state: SlotsState): void {
  state.isOfferOutdated = true
  for (const demand of state.demands.values()) demand.isSated = false
}

function hostsOf({ executors }: SlotsState): ReadonlyMap<string, string> {
  return new Map([...executors].map(([executorId, { host }]) => [executorId, host]))
}

function nextOffer(state: SlotsState): SlotsEffect | undefined {
  if (state.offering !== undefined) return undefined
  const waiting: Demand[] = []
  for (const demand of state.demands.values())
    if (demand.wanted > 0 && !demand.isSated) waiting.push(demand)
  if (waiting.length === 0) return undefined
  const slots: SlotOffer[] = []
  const idle: string[] = []
  for (const [executorId, { host, free, total }] of state.executors) {
    if (free > 0 && !state.excluded.has(executorId)) slots.push({ executorId, host, free })
    if (free === total) idle.push(executorId)
  }
  if (slots.length === 0 && !isAllExcluded(state)) return undefined
  slots.sort((a, b) => b.free - a.free)
  const choice = nextInLine(state.pools, waiting, state.demands.values())
  if (choice === undefined) return undefined
  const { taskSetId } = choice
  state.offering = taskSetId
  state.isOfferOutdated = false
  const demand = state.demands.get(taskSetId)
  const wanted = demand?.wanted ?? 0
  const reason = `${choice.reason} (${wanted})`
  const isShared = state.pools.mode === 'FAIR' && waiting.length > 1 && demand?.isWhole !== true
  state.limit = isShared ? 1 : Infinity
  const { limit, alive, excluded } = state
  return { type: 'offer', taskSetId, slots, limit, alive, excluded, idle, reason }
}

/** Whoever waits is to be told, or it would for ever. */
function isAllExcluded({ executors, excluded }: SlotsState): boolean {
  for (const executorId of executors.keys()) if (!excluded.has(executorId)) return false
  return executors.size > 0
}

/** Whether an executor runs nothing and is offered to nobody. */
export function isIdle({ executors, offering }: SlotsState, executorId: string): boolean {
  const executor = executors.get(executorId)
  return offering === undefined && executor !== undefined && executor.free === executor.total
}

/** Whether nobody is being asked, so that what is free is wanted by nobody now. */
export function isSettled({ offering }: SlotsState): boolean {
  return offering === undefined
}

/** Whether a task set wants slots that it has not. */
export function isWanting({ demands }: SlotsState): boolean {
  for (const { wanted } of demands.values()) if (wanted > 0) return true
  return false
}

/** What there is to do, and who does it. */
export function loadOf({ executors, demands }: SlotsState): Omit<LoadReport, 'type'> {
  let pendingTasks = 0
  let unschedulableSets = 0
  for (const { wanted, isUnschedulable } of demands.values()) {
    pendingTasks += wanted
    if (isUnschedulable) unschedulableSets += 1
  }
  return {
    pendingTasks,
    unschedulableSets,
    executors: [...executors].map(([executorId, { total, free, given }]) => ({
      executorId,
      slots: total,
      running: total - free,
      given,
    })),
  }
}

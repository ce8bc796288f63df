import type { CoresInUse, LoadReport } from '../allocation/index.ts'
import { NO_POOLS, nextInLine, type PoolSettings } from '../pools/index.ts'
import type { SlotOffer } from '../task-set/events.ts'

/** One executor and its slots: a core each, of which a task takes as many as its resource profile says. */
interface ExecutorSlots {
  readonly host: string
  /** The resource profile that it was started for. */
  readonly profileId: number
  /** Of one whose slots are lent: those that it has now. */
  total: number
  free: number
  /** Each slot serves one task, whatever that takes, and is gone with it. */
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
  /** The resource profile of the executors that it may have. */
  readonly profileId: number
  /** Cores of an executor that each of its tasks takes. */
  readonly cpus: number
  /** Tasks that have their cores. */
  running: number
  /** Tasks that have none. */
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
  /** The same by resource profile. */
  aliveOf: ReadonlyMap<number, ReadonlyMap<string, string>>
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
      /** The default one, 0, if absent. */
      readonly profileId?: number | undefined
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
      /** Of the executors that it may have; 0 if absent. */
      readonly profileId?: number | undefined
      /** Cores of each task; 1 if absent. */
      readonly cpus?: number | undefined
    }
  | {
      readonly type: 'answered'
      readonly taskSetId: string
      /** Tasks launched, by executor. */
      readonly used: readonly (readonly [executorId: string, tasks: number])[]
      readonly wanted: number
      readonly cpus?: number | undefined
    }
  | {
      readonly type: 'released'
      readonly executorId: string
      readonly taskSetId: string
      readonly cpus?: number | undefined
    }
  | { readonly type: 'unschedulable'; readonly taskSetId: string; readonly isSo: boolean }
  | { readonly type: 'withdrawn'; readonly taskSetId: string }

/** Slots for one task set, which has to answer before anybody gets others. */
export interface SlotsEffect {
  readonly type: 'offer'
  readonly taskSetId: string
  readonly slots: readonly SlotOffer[]
  /** How many of them it may take: one where pools share them, so that shares are kept. */
  readonly limit: number
  /** Executor → host, of all that are there and of its resource profile, with or without a free slot. */
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
    aliveOf: new Map(),
    offering: undefined,
    limit: Infinity,
    isOfferOutdated: false,
  }
}

/**
 * Hands free slots to task sets in the order of the pools ({@link nextInLine}): one set at a time is offered all that
 * is free, executors with the most free slots first, and what it leaves goes to the next. Where pools share slots it may
 * take one of them, before the next in line is looked for. A set is offered executors of its resource profile only, and is
 * passed over as long as none of these has cores for a task of it.
 *
 * @see TaskSchedulerImpl.resourceOffers and ResourceProfileManager.canBeScheduled in Spark
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
      const { executorId, host, slots, profileId = 0 } = event
      const executor = { host, profileId, total: slots, free: slots, isLent: false, given: 0 }
      state.executors.set(executorId, executor)
      census(state)
      return wake(state)
    }
    case 'lent':
      for (const { executorId, host, slots } of event.executors) {
        const known = state.executors.get(executorId)
        if (known === undefined) {
          const executor = { host, profileId: 0, total: slots, free: slots, isLent: true, given: 0 }
          state.executors.set(executorId, executor)
        } else {
          known.total += slots
          known.free += slots
        }
      }
      census(state)
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
      census(state)
      return wake(state)
    case 'excluded':
      state.excluded = event.executors
      return wake(state)
    case 'wanted': {
      const { taskSetId, jobId, stageId, pool, wanted, isWhole, profileId = 0, cpus = 1 } = event
      const known = state.demands.get(taskSetId)
      const [running, isUnschedulable] = [known?.running ?? 0, known?.isUnschedulable ?? false]
      const place = { taskSetId, jobId, stageId, pool, profileId, cpus }
      const demand = { ...place, running, wanted, isWhole, isSated: false, isUnschedulable }
      state.demands.set(taskSetId, demand)
      return
    }
    case 'answered': {
      if (state.offering === event.taskSetId) state.offering = undefined
      for (const [executorId, tasks] of event.used) {
        const executor = state.executors.get(executorId)
        if (executor === undefined) continue
        executor.free -= tasks * costOf(executor, event.cpus)
        executor.given += tasks
      }
      const demand = state.demands.get(event.taskSetId)
      if (demand === undefined) return
      const before = demand.running
      for (const [, tasks] of event.used) demand.running += tasks
      demand.wanted = event.wanted
      demand.isSated = !state.isOfferOutdated && demand.running - before < state.limit
      return
    }
    case 'released': {
      const executor = state.executors.get(event.executorId)
      if (executor?.isLent === true) executor.total = Math.max(executor.free, executor.total - 1)
      else if (executor !== undefined) {
        const { total, free } = executor
        executor.free = Math.min(total, free + costOf(executor, event.cpus))
      }
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

/** Counts again who is there. */
function census(state: SlotsState): void {
  const alive = new Map<string, string>()
  const aliveOf = new Map<number, Map<string, string>>()
  for (const [executorId, { host, profileId }] of state.executors) {
    alive.set(executorId, host)
    const ofProfile = aliveOf.get(profileId) ?? new Map<string, string>()
    aliveOf.set(profileId, ofProfile.set(executorId, host))
  }
  state.alive = alive
  state.aliveOf = aliveOf
}

/** Slots of an executor that one task takes. */
function costOf({ isLent }: ExecutorSlots, cpus: number = 1): number {
  return isLent ? 1 : cpus
}

/** What executors of a profile have for tasks of so many cores. */
interface Room {
  readonly slots: readonly SlotOffer[]
  readonly idle: readonly string[]
  /** Every executor is excluded: whoever waits is to be told, or it would for ever. */
  readonly isAllExcluded: boolean
}

function roomFor({ executors, excluded }: SlotsState, { profileId, cpus }: Demand): Room {
  const slots: SlotOffer[] = []
  const idle: string[] = []
  let isAllExcluded = false
  let isAnyIncluded = false
  for (const [executorId, executor] of executors) {
    if (executor.profileId !== profileId) continue
    const { host, total } = executor
    const free = Math.floor(executor.free / costOf(executor, cpus))
    if (excluded.has(executorId)) isAllExcluded = true
    else {
      isAnyIncluded = true
      if (free > 0) slots.push({ executorId, host, free })
    }
    if (executor.free === total) idle.push(executorId)
  }
  slots.sort((a, b) => b.free - a.free)
  return { slots, idle, isAllExcluded: isAllExcluded && !isAnyIncluded }
}

function nextOffer(state: SlotsState): SlotsEffect | undefined {
  if (state.offering !== undefined) return undefined
  const rooms = new Map<string, Room>()
  const waiting: Demand[] = []
  for (const demand of state.demands.values()) {
    if (demand.wanted === 0 || demand.isSated) continue
    const { slots, isAllExcluded } = roomOf(rooms, state, demand)
    if (slots.length > 0 || isAllExcluded) waiting.push(demand)
  }
  if (waiting.length === 0) return undefined
  const choice = nextInLine(state.pools, waiting, state.demands.values())
  const demand = choice && state.demands.get(choice.taskSetId)
  if (choice === undefined || demand === undefined) return undefined
  const { taskSetId, wanted, isWhole, profileId } = demand
  const { slots, idle } = roomOf(rooms, state, demand)
  state.offering = taskSetId
  state.isOfferOutdated = false
  const reason = `${choice.reason} (${wanted})`
  const isShared = state.pools.mode === 'FAIR' && waiting.length > 1 && !isWhole
  state.limit = isShared ? 1 : Infinity
  const { limit, excluded } = state
  const alive = state.aliveOf.get(profileId) ?? NOBODY
  return { type: 'offer', taskSetId, slots, limit, alive, excluded, idle, reason }
}

const NOBODY: ReadonlyMap<string, string> = new Map()

/** Looks once at the executors for all task sets that want the same. */
function roomOf(rooms: Map<string, Room>, state: SlotsState, demand: Demand): Room {
  const kind = `${demand.profileId} ${demand.cpus}`
  const room = rooms.get(kind) ?? roomFor(state, demand)
  rooms.set(kind, room)
  return room
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

interface CountedLoad {
  pendingTasks: number
  unschedulableSets: number
  readonly executors: CoresInUse[]
}

/** What there is to do, and who does it, by resource profile: those of executors that are there, or are wanted. */
export function loadOf({ executors, demands }: SlotsState): LoadReport['loads'] {
  const loads = new Map<number, CountedLoad>()
  const of = (profileId: number): CountedLoad => {
    const load = loads.get(profileId) ?? { pendingTasks: 0, unschedulableSets: 0, executors: [] }
    loads.set(profileId, load)
    return load
  }
  for (const { wanted, isUnschedulable, profileId } of demands.values()) {
    const load = of(profileId)
    load.pendingTasks += wanted
    if (isUnschedulable) load.unschedulableSets += 1
  }
  for (const [executorId, { total, free, given, profileId }] of executors)
    of(profileId).executors.push({ executorId, cores: total, inUse: total - free, given })
  return loads
}

import type { SlotOffer } from '../task-set/events.ts'

/** One executor and its slots. */
interface ExecutorSlots {
  readonly host: string
  readonly total: number
  free: number
}

/** A task set that wants slots. Sets with a lower job, then a lower stage, come first. */
interface Demand {
  readonly jobId: number
  readonly stageId: number
  wanted: number
  /** It used less than it was offered since something changed last. */
  isSated: boolean
}

/** Who has slots and who wants them. A transition consumes the state it is given. */
export interface SlotsState {
  readonly executors: Map<string, ExecutorSlots>
  readonly demands: Map<string, Demand>
  /** The task set that has been offered slots and has not answered. */
  offering: string | undefined
  /** Slots have come since that offer, so its answer says nothing about them. */
  isOfferOutdated: boolean
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
  | {
      readonly type: 'wanted'
      readonly taskSetId: string
      readonly jobId: number
      readonly stageId: number
      readonly wanted: number
    }
  | {
      readonly type: 'answered'
      readonly taskSetId: string
      /** Slots used, by executor. */
      readonly used: readonly (readonly [executorId: string, slots: number])[]
      readonly wanted: number
    }
  | { readonly type: 'released'; readonly executorId: string }
  | { readonly type: 'withdrawn'; readonly taskSetId: string }

/** Slots for one task set, which has to answer before anybody gets others. */
export interface SlotsEffect {
  readonly type: 'offer'
  readonly taskSetId: string
  readonly slots: readonly SlotOffer[]
  readonly executorCount: number
  readonly reason: string
}

/** No executors, no task sets. */
export function emptySlots(): SlotsState {
  return { executors: new Map(), demands: new Map(), offering: undefined, isOfferOutdated: false }
}

/**
 * Hands free slots to task sets, first in first out by job and stage (Spark's FIFO mode): one set at a time is
 * offered all that is free, executors with the most free slots first, and what it leaves goes to the next.
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
      state.executors.set(executorId, { host, total: slots, free: slots })
      return wake(state)
    }
    case 'executor-removed':
      state.executors.delete(event.executorId)
      return wake(state)
    case 'wanted': {
      const { taskSetId, jobId, stageId, wanted } = event
      state.demands.set(taskSetId, { jobId, stageId, wanted, isSated: false })
      return
    }
    case 'answered': {
      if (state.offering === event.taskSetId) state.offering = undefined
      for (const [executorId, slots] of event.used) {
        const executor = state.executors.get(executorId)
        if (executor !== undefined) executor.free -= slots
      }
      const demand = state.demands.get(event.taskSetId)
      if (demand === undefined) return
      demand.wanted = event.wanted
      demand.isSated = !state.isOfferOutdated
      return
    }
    case 'released': {
      const executor = state.executors.get(event.executorId)
      if (executor !== undefined) executor.free = Math.min(executor.total, executor.free + 1)
      return wake(state)
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

function nextOffer(state: SlotsState): SlotsEffect | undefined {
  if (state.offering !== undefined) return undefined
  let first: readonly [string, Demand] | undefined
  for (const entry of state.demands) {
    const [, demand] = entry
    if (demand.wanted > 0 && !demand.isSated && (first === undefined || before(demand, first[1])))
      first = entry
  }
  if (first === undefined) return undefined
  const slots = [...state.executors]
    .filter(([, { free }]) => free > 0)
    .sort(([, a], [, b]) => b.free - a.free)
    .map(([executorId, { host, free }]) => ({ executorId, host, free }))
  if (slots.length === 0) return undefined
  const [taskSetId, { jobId, stageId, wanted }] = first
  state.offering = taskSetId
  state.isOfferOutdated = false
  const reason = `job ${jobId}, stage ${stageId} is the first that wants slots (${wanted})`
  return { type: 'offer', taskSetId, slots, executorCount: state.executors.size, reason }
}

function before(a: Demand, b: Demand): boolean {
  return a.jobId !== b.jobId ? a.jobId < b.jobId : a.stageId < b.stageId
}

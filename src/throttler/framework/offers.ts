import {
  fromWire,
  take,
  toWire,
  type Offer,
  type Resource,
  type Resources,
} from '../../mesos/index.ts'
import type { RunPlan } from './plan.ts'

/** What of an offer is taken. */
export interface Placed {
  readonly offer: Offer
  /** Of the executor, if there is none on the agent yet. */
  readonly executor: readonly Resource[] | undefined
  /** Of each task. */
  readonly tasks: readonly (readonly Resource[])[]
}

/** What decides how much of an offer is taken. */
export interface Room {
  readonly plan: RunPlan
  /** Tasks that may still be launched. */
  readonly wanted: number
  /** Agent → tasks that it has. */
  readonly running: ReadonlyMap<string, number>
  /** Whether the executor is on the offer's agent, or on its way there. */
  readonly hasExecutor: (offer: Offer) => boolean
  /** Agents that have been seen, those of the offers among them. */
  readonly agents: number
}

interface Open {
  readonly offer: Offer
  readonly executor: readonly Resource[] | undefined
  rest: Resources
  readonly tasks: (readonly Resource[])[]
}

/**
 * Puts as many tasks into offers as fit and are wanted: into one offer after another, or evenly (`spread`), or one for each
 * agent (`node-local`). An offer that is in no `Placed` with tasks is good for nothing now.
 */
export function place(offers: readonly Offer[], room: Room): readonly Placed[] {
  const { plan } = room
  const opened = offers.map((offer) => open(offer, room))
  const has = ({ offer, tasks }: Open): number =>
    (room.running.get(offer.agent_id.value) ?? 0) + tasks.length
  const most = mostOnAgent(room)
  for (let left = room.wanted; left > 0; left--) {
    const fitting = opened.filter(
      (one) => has(one) < most && isAllowed(one.offer, plan) && fits(one, plan),
    )
    const [first] = plan.placement === 'spread' ? fitting.sort((a, b) => has(a) - has(b)) : fitting
    const taken = first && take(first.rest, { ...plan.task })
    if (first === undefined || taken === undefined) break
    first.tasks.push(toWire(taken.taken, 'old'))
    first.rest = taken.rest
  }
  return opened.map(({ offer, executor, tasks }) => ({ offer, executor, tasks }))
}

function open(offer: Offer, { plan, hasExecutor }: Room): Open {
  const all = fromWire(offer.resources)
  if (hasExecutor(offer)) return { offer, executor: undefined, rest: all, tasks: [] }
  const own = take(all, { mem: plan.executorMem })
  return {
    offer,
    executor: own === undefined ? undefined : toWire(own.taken, 'old'),
    rest: own?.rest ?? new Map(),
    tasks: [],
  }
}

function fits({ rest }: Open, { task }: RunPlan): boolean {
  return take(rest, { ...task }) !== undefined
}

function mostOnAgent({ plan, agents }: Room): number {
  switch (plan.placement) {
    case 'pack':
      return Number.POSITIVE_INFINITY
    case 'spread':
      return Math.ceil(plan.parallelism / Math.max(agents, 1))
    case 'node-local':
      return 1
  }
}

/** By the agent's name, or its address, as the nodes are named. */
function isAllowed({ hostname, url }: Offer, { placement, hosts }: RunPlan): boolean {
  if (placement !== 'node-local') return true
  return [hostname, url?.address.ip, url?.address.hostname].some(
    (name) => name !== undefined && hosts.includes(name),
  )
}

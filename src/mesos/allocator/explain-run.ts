import { counted, type DecisionNote } from '../../actors/index.ts'
import { allocationSubject } from '../decision-points.ts'
import { formatResources, unallocated, type Quantities } from '../resources/index.ts'
import type {
  AllocationDecision,
  AllocatorEvent,
  Headroom,
  Holding,
  RejectionReason,
} from './protocol.ts'
import { allocate } from './run.ts'
import { sharesOf } from './shares.ts'
import { orderClients } from './sorter-order.ts'
import { availableOn, type AllocatorState } from './state.ts'

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>

/** Named in the words of one decision; the whole account has them all. */
const NAMED = 4
/** Shares of more frameworks than these are reckoned only when somebody asks. */
const MAX_SHARES = 64

const because: Readonly<Record<RejectionReason, string>> = {
  'role-suppressed': 'suppressed in their role',
  filtered: 'kept off by a filter of their own',
  'below-minimum': 'looking at less than the least that is offered',
  'quota-limit': 'in a role that has what its quota allows',
  headroom: 'looking at what is kept for quota guarantees',
  incapable: 'looking at GPUs or other special resources, which they did not say they know',
  'nothing-left': 'behind others, with nothing left',
}

/** What an allocation says of itself: whom it gave what, at which shares, and why others went without. */
export function noteOfRun(
  before: AllocatorState,
  event: AllocateEvent,
  decision: AllocationDecision,
): DecisionNote {
  const { run, seed, agentsConsidered, offers, samples, headroom } = decision
  const given = offers.slice(0, NAMED).map(sayOffer).join('; ')
  const more = offers.length > NAMED ? `; and ${offers.length - NAMED} more` : ''
  const rejected = Object.entries(decision.rejected).map(
    ([reason, count]) => [because[reason as RejectionReason], count] as const,
  )
  return {
    asked: `Who is offered what is free on ${counted(agentsConsidered, 'agent')}?`,
    chosen: offers.length === 0 ? 'nobody' : `${given}${more}`,
    ...(offers.length > 0 && {
      because: `${sayFirst(before)}${sayHeadroom(headroom)}`,
    }),
    considered: offers.length + rejected.reduce((sum, [, count]) => sum + count, 0),
    rejected: Object.fromEntries(rejected),
    samples: samples.map(({ frameworkId, role, agentId, reason }) => ({
      candidate: `framework ${frameworkId} in role ${role} on agent ${agentId}`,
      reason: because[reason],
    })),
    input: `allocation ${run}, agents in the order of seed ${seed}`,
    about: [allocationSubject(run)],
    recompute: () => wholeRun(before, event),
  }
}

/** What makes two allocations without an offer alike. */
export function idleKey({ agentsConsidered, rejected }: AllocationDecision): string {
  return `${agentsConsidered} ${JSON.stringify(rejected)}`
}

/** The run once more, by the function that made it, with every candidate by name. */
export function wholeRun(before: AllocatorState, event: AllocateEvent): readonly string[] {
  const [, effects] = allocate(before, event, Number.POSITIVE_INFINITY)
  const decided = effects.find((effect) => effect.type === 'decided')
  if (decided === undefined) return []
  const { offers, samples } = decided.decision
  const roles = orderClients(before.roleSorter, before.roleScale)
  return [
    `roles in their order: ${roles.map(({ path, share }) => `${path} (${percent(share)})`).join(', ') || 'none'}`,
    ...sharesOf(before).map(
      ({ frameworkId, dominantShareRatio, held }) =>
        `framework ${frameworkId} had a dominant share of ${percent(dominantShareRatio)}, holding ${sayQuantities(held)}`,
    ),
    ...(event.agentIds ?? [...before.agents.keys()]).flatMap((agentId) => {
      const agent = before.agents.get(agentId)
      return agent === undefined
        ? []
        : [`agent ${agentId} had ${formatResources(availableOn(agent)) || 'nothing'} free`]
    }),
    ...offers.map((offer) => `offered: ${sayOffer(offer)}`),
    ...samples.map(
      ({ frameworkId, role, agentId, reason }) =>
        `rejected: framework ${frameworkId} in role ${role} on agent ${agentId}, ${because[reason]}`,
    ),
  ]
}

function sayOffer({ frameworkId, agentId, resources }: Holding): string {
  return `framework ${frameworkId} gets ${formatResources(unallocated(resources))} of agent ${agentId}`
}

function sayShares(state: AllocatorState): string {
  if (state.frameworks.size > MAX_SHARES) return `of ${state.frameworks.size} frameworks`
  const shares = [...sharesOf(state)].sort((a, b) => a.dominantShareRatio - b.dominantShareRatio)
  const said = shares
    .slice(0, NAMED)
    .map(
      ({ frameworkId, dominantShareRatio }) => `${frameworkId} at ${percent(dominantShareRatio)}`,
    )
  const more = shares.length > NAMED ? [`${shares.length - NAMED} more`] : []
  return [...said, ...more].join(', ')
}

function sayFirst(state: AllocatorState): string {
  return state.options.roleSorter === 'random'
    ? 'the order of roles was drawn by their weights'
    : `the least dominant share comes first (${sayShares(state)})`
}

function sayHeadroom(headroom: Headroom | undefined): string {
  if (headroom === undefined || headroom.required.size === 0) return ''
  const { required, available, agents } = headroom
  return `; guarantees lacked ${sayQuantities(required)} of the ${sayQuantities(available)} free, kept back on ${counted(agents, 'agent')}`
}

/** `cpus:2;mem:512`, or `nothing`. */
export function sayQuantities(quantities: Quantities): string {
  const parts = [...quantities].map(([name, thousandths]) => `${name}:${thousandths / 1000}`)
  return parts.join(';') || 'nothing'
}

/** `12.5 %`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10} %`
}

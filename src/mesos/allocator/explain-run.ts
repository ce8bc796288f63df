import { counted, type DecisionNote } from '../../actors/index.ts'
import { allocationSubject } from '../decision-points.ts'
import { formatResources, unallocated } from '../resources/index.ts'
import type { AllocationDecision, AllocatorEvent, Holding, RejectionReason } from './protocol.ts'
import { allocate } from './run.ts'
import { sharesOf } from './shares.ts'
import { dominantShare } from './sorter.ts'
import { orderClients } from './sorter-order.ts'
import { availableOn, roleScale, type AllocatorState } from './state.ts'

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>

/** Named in the words of one decision; the whole account has them all. */
const NAMED = 4
/** Shares of more frameworks than these are reckoned only when somebody asks. */
const MAX_SHARES = 64

const because: Readonly<Record<RejectionReason, string>> = {
  'role-suppressed': 'suppressed in their role',
  filtered: 'kept off by a filter of their own',
  'below-minimum': 'looking at less than the least that is offered',
  'nothing-left': 'behind others, with nothing left',
}

/** What an allocation says of itself: whom it gave what, at which shares, and why others went without. */
export function noteOfRun(
  before: AllocatorState,
  event: AllocateEvent,
  decision: AllocationDecision,
): DecisionNote {
  const { run, seed, agentsConsidered, offers, samples } = decision
  const given = offers.slice(0, NAMED).map(sayOffer).join('; ')
  const more = offers.length > NAMED ? `; and ${offers.length - NAMED} more` : ''
  const rejected = Object.entries(decision.rejected).map(
    ([reason, count]) => [because[reason as RejectionReason], count] as const,
  )
  return {
    asked: `Who is offered what is free on ${counted(agentsConsidered, 'agent')}?`,
    chosen: offers.length === 0 ? 'nobody' : `${given}${more}`,
    ...(offers.length > 0 && {
      because: `the least dominant share comes first (${sayShares(before)})`,
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
  const roles = orderClients(before.roleSorter.clients, roleScale(before))
  return [
    `roles in their order: ${roles.map((role) => `${role} (${sayRole(before, role)})`).join(', ') || 'none'}`,
    ...sharesOf(before).map(
      ({ frameworkId, dominantShareRatio, held }) =>
        `framework ${frameworkId} had a dominant share of ${percent(dominantShareRatio)}, holding ${sayHeld(held)}`,
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

function sayRole(state: AllocatorState, role: string): string {
  const client = state.roleSorter.clients.get(role)
  const weight = state.weights.get(role) ?? 1
  const share =
    client === undefined ? 0 : dominantShare(client.allocated, roleScale(state)) / weight
  return percent(share)
}

function sayHeld(held: ReadonlyMap<string, number>): string {
  const parts = [...held].filter(([, amount]) => amount > 0)
  return parts.map(([name, thousandths]) => `${name}:${thousandths / 1000}`).join(';') || 'nothing'
}

/** `12.5 %`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 1000) / 10} %`
}

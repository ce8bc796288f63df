import type { Holding } from '../allocator/index.ts'
import {
  hasCapability,
  rolesOf,
  type DeclineCall,
  type Filters,
  type Offer,
  type OfferId,
} from '../protocol/index.ts'
import { offerSubject, points } from '../decision-points.ts'
import { formatResources, toWire, unallocated } from '../resources/index.ts'
import type { Change } from './change.ts'
import { declineNote, offerNote, rescindNote } from './explain.ts'
import type { OfferEntry } from './state.ts'

const DEFAULT_REFUSE_SECONDS = 5

/** How long refused resources stay away: 5 s unless the framework says otherwise; a negative time is no word. */
export function refuseMsOf(filters: Filters | undefined): number {
  const seconds = filters?.refuse_seconds ?? DEFAULT_REFUSE_SECONDS
  return (seconds >= 0 ? seconds : DEFAULT_REFUSE_SECONDS) * 1000
}

/** Sends what the allocator holds for frameworks as offers; gives back what can't be offered any more. */
export function makeOffers(change: Change, holdings: readonly Holding[], run?: number): void {
  const byFramework = new Map<string, Offer[]>()
  for (const holding of holdings) {
    const offer = makeOffer(change, holding)
    explainOffer(change, holding, run, offer)
    if (offer === 'void') continue
    if (offer === undefined) {
      change.recover(holding.frameworkId, holding.agentId, holding.resources)
      continue
    }
    const offers = byFramework.get(holding.frameworkId)
    if (offers === undefined) byFramework.set(holding.frameworkId, [offer])
    else offers.push(offer)
  }
  for (const [frameworkId, offers] of byFramework) {
    change.sendFramework(frameworkId, { type: 'OFFERS', offers: { offers } })
  }
}

function explainOffer(
  change: Change,
  holding: Holding,
  run: number | undefined,
  offer: Offer | 'void' | undefined,
): void {
  if (offer === 'void' || offer === undefined) {
    const why =
      offer === 'void'
        ? 'the agent is gone or has registered anew, and the resources with it'
        : 'the framework is gone, or has left the role; they are free again'
    change.decided(points.offer, offerNote(holding, run, why))
    return
  }
  const id = offer.id.value
  const [first] = holding.resources.values()
  const role = first?.identity.allocationRole ?? '*'
  const note = offerNote(holding, run, { id, role, hostname: offer.hostname })
  const { frameworkId } = holding
  change.decided(points.offer, note, { subjects: [offerSubject(id)], frameworkId })
}

/** Undefined when the framework is gone or has left the role; void when the agent is, or is another registration of itself. */
function makeOffer(change: Change, holding: Holding): Offer | 'void' | undefined {
  const { state } = change
  const agent = state.agents.get(holding.agentId)
  const framework = state.frameworks.get(holding.frameworkId)
  if (agent?.connection === undefined || agent.connection !== holding.registration) return 'void'
  const [first] = holding.resources.values()
  const role = first?.identity.allocationRole ?? '*'
  if (framework?.connection === undefined || !rolesOf(framework.info).includes(role)) {
    return undefined
  }
  const { hostname, ip = hostname, port = 5051 } = agent.info
  // With one role, allocation is not a word that it knows.
  const isMultiRole = hasCapability(framework.info, 'MULTI_ROLE')
  const id = `${state.masterId}-O${state.nextOffer}`
  const offer: Offer = {
    id: { value: id },
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    hostname,
    url: { scheme: 'http', address: { hostname, ip, port }, path: '/slave(1)' },
    resources: toWire(
      isMultiRole ? holding.resources : unallocated(holding.resources),
      hasCapability(framework.info, 'RESERVATION_REFINEMENT') ? 'refined' : 'old',
    ),
    attributes: agent.info.attributes ?? [],
    executor_ids: [...agent.executors.values()]
      .filter((executor) => executor.frameworkId === framework.id)
      .map((executor) => executor.info.executor_id),
    ...(isMultiRole && { allocation_info: { role } }),
  }
  change.state = { ...state, nextOffer: state.nextOffer + 1 }
  change.setOffer(id, { offer, holding, role })
  return offer
}

/** Gives offers back, with the framework's filter; what is no offer of this framework is let go. */
export function decline(change: Change, frameworkId: string, call: DeclineCall): void {
  const refuseMs = refuseMsOf(call.decline.filters)
  const taken = takeOffers(change, frameworkId, call.decline.offer_ids)
  change.count({ of: 'offers-taken', frameworkId, how: 'declined', number: taken.length })
  for (const entry of taken) {
    const { agentId, resources } = entry.holding
    change.recover(frameworkId, agentId, resources, refuseMs)
    const id = entry.offer.id.value
    const left = formatResources(unallocated(resources))
    const further = { subjects: [offerSubject(id)], frameworkId }
    change.decided(points.offer, declineNote(id, frameworkId, left, refuseMs), further)
  }
}

/** Takes the offers that are this framework's out of the table. */
export function takeOffers(
  change: Change,
  frameworkId: string,
  ids: readonly OfferId[],
): readonly OfferEntry[] {
  const taken: OfferEntry[] = []
  for (const { value } of ids) {
    const entry = change.state.offers.get(value)
    if (entry?.holding.frameworkId !== frameworkId) continue
    change.setOffer(value, undefined)
    taken.push(entry)
  }
  return taken
}

/** Takes back the offers that satisfy `which`, tells their frameworks, and frees what was held for them. */
export function rescindOffers(
  change: Change,
  which: (entry: OfferEntry) => boolean,
  why: string,
): void {
  for (const entry of change.state.offers.values()) {
    if (which(entry)) rescindOffer(change, entry, why)
  }
}

function rescindOffer(change: Change, { offer, holding }: OfferEntry, why: string): void {
  const { frameworkId, agentId, resources } = holding
  change.setOffer(offer.id.value, undefined)
  change.sendFramework(frameworkId, { type: 'RESCIND', rescind: { offer_id: offer.id } })
  change.recover(frameworkId, agentId, resources)
  change.decided(points.offer, rescindNote(offer.id.value, holding, why))
}

/** Takes an offer back that its framework has sat on for too long. */
export function offerExpired(change: Change, offerId: string): void {
  const entry = change.state.offers.get(offerId)
  const why = 'it was neither accepted nor declined in time'
  if (entry !== undefined) rescindOffer(change, entry, why)
}

import { exclusivePart, select } from '../resources/index.ts'
import { isFiltered } from './filters.ts'
import { freeOf, reservedIn, type Free } from './free.ts'
import { OfferShape } from './offer-shape.ts'
import { covers, isNone, type Packed } from './packed.ts'
import type { RejectionReason } from './protocol.ts'
import { hasGpus, type Run, type RunMember, type RunRole } from './run-account.ts'
import type { AllocatorAgent } from './state.ts'

/** What an offer of what is free would be, or why there is none. */
type Shaping = (run: Run, role: RunRole, free: Free) => OfferShape | RejectionReason

/** The first stage on one agent: roles that lack something of their guarantee. Who goes without comes again in the second. */
export function serveGuarantees(run: Run, agentId: string): void {
  let agent = run.agent(agentId)
  if (agent === undefined || !run.quota.isLacking) return
  for (const ranked of run.rolesInOrder()) {
    if (agent.free.all.size === 0) return
    const role = run.role(ranked)
    if (role.account === undefined || role.size === 0 || isNone(role.account.lacking)) continue
    agent = serveRole(run, agentId, agent, role, forGuarantee, false)
  }
}

/** The second stage on one agent: all roles. */
export function serveAll(run: Run, agentId: string): void {
  let agent = run.agent(agentId)
  if (agent === undefined) return
  if (agent.free.all.size > 0) run.agentsWithFree.push(agentId)
  let seen = 0
  for (const ranked of agent.free.all.size > 0 ? run.rolesInOrder() : []) {
    const { free } = agent
    const isNaming = run.samples.length < run.maxSamples
    if (free.all.size === 0 && !isNaming) break
    if (free.unreserved.size === 0 && !isNaming && reservedIn(free, ranked.path).size === 0) {
      continue
    }
    const role = run.role(ranked)
    seen += role.size
    if (role.size > 0) agent = serveRole(run, agentId, agent, role, forAnybody, true)
  }
  run.count('nothing-left', run.state.competing - seen)
}

function serveRole(
  run: Run,
  agentId: string,
  agent: AllocatorAgent,
  role: RunRole,
  shaping: Shaping,
  isLast: boolean,
): AllocatorAgent {
  let shape = shaping(run, role, agent.free)
  const forAll = whyNobody(run, role, shape)
  if (forAll !== undefined) {
    if (isLast) rejectRole(run, role, agentId, forAll)
    return agent
  }
  let current = agent
  let filtered = 0
  const members = run.membersInOrder(role.path)
  for (const [i, ranked] of members.entries()) {
    if (typeof shape === 'string') {
      if (!isLast) break
      if (run.samples.length >= run.maxSamples) {
        run.count(shape, members.length - i)
        break
      }
      run.reject(ranked.path, role.path, agentId, shape)
      continue
    }
    const member = run.member(ranked, role)
    if (member === undefined) continue
    const own = withinCapabilities(run, current, role, member, shape, shaping)
    const reason = typeof own === 'string' ? own : whyNot(run, current, member, own)
    if (typeof own === 'string' || reason !== undefined) {
      // By far the most frequent, when many frameworks idle.
      if (reason === 'filtered' && run.samples.length >= run.maxSamples) filtered++
      else if (isLast) run.reject(ranked.path, role.path, agentId, reason ?? 'incapable')
      continue
    }
    if (own.share.cut === 'headroom') run.heldBack(agentId)
    current = run.give(agentId, current, role, ranked.path, own)
    shape = shaping(run, role, current.free)
  }
  if (isLast) run.count('filtered', filtered)
  return current
}

const forGuarantee: Shaping = (run, role, free) => {
  const share = role.account && run.quota.forGuarantee(free.scalars, role.account)
  return share ? new OfferShape(run.state.names, free, role.path, share) : 'nothing-left'
}

const forAnybody: Shaping = (run, role, free) => {
  if (free.all.size === 0) return 'nothing-left'
  const share = run.quota.forAnybody(free.scalars, role.account)
  const isBare = free.reserved.size === 0 && free.others.size === 0
  if (isBare && isNone(share.amounts)) return share.cut ?? 'nothing-left'
  if (share.amounts !== free.scalars) return new OfferShape(run.state.names, free, role.path, share)
  return run.wholeOf(free, role.path, share)
}

/** Why nobody in the role gets this, where that can be told without looking at each. */
function whyNobody(
  run: Run,
  role: RunRole,
  shape: OfferShape | RejectionReason,
): RejectionReason | undefined {
  if (typeof shape === 'string') return shape
  if (role.hasOwnMinimum || isEnough(shape.scalars, run.minimum)) return undefined
  return shape.share.cut ?? 'below-minimum'
}

function rejectRole(run: Run, role: RunRole, agentId: string, reason: RejectionReason): void {
  if (reason === 'headroom') run.heldBack(agentId)
  run.rejectRole(role, agentId, reason)
}

/** The same offer without what the framework does not say it knows. */
function withinCapabilities(
  run: Run,
  agent: AllocatorAgent,
  role: RunRole,
  { framework: { capabilities } }: RunMember,
  shape: OfferShape,
  shaping: Shaping,
): OfferShape | RejectionReason {
  const { filterGpuResources } = run.state.options
  if (filterGpuResources && !capabilities.has('GPU_RESOURCES') && hasGpus(agent)) return 'incapable'
  if (!shape.free.isSpecial) return shape
  const known = select(
    shape.free.all,
    ({ isRevocable, isShared, reservations }) =>
      (!isRevocable || capabilities.has('REVOCABLE_RESOURCES')) &&
      (!isShared || capabilities.has('SHARED_RESOURCES')) &&
      (reservations.length < 2 || capabilities.has('RESERVATION_REFINEMENT')),
  )
  if (known.size === shape.free.all.size) return shape
  const own = shaping(run, role, freeOf(run.state.names, known))
  return own === 'nothing-left' ? 'incapable' : own
}

function whyNot(
  run: Run,
  agent: AllocatorAgent,
  member: RunMember,
  shape: OfferShape,
): RejectionReason | undefined {
  const { cut } = shape.share
  if (!isEnough(shape.scalars, member.minimum)) return cut ?? 'below-minimum'
  // Shared volumes are always there, and nothing by themselves.
  if (shape.free.isSpecial && exclusivePart(shape.resources).size === 0) return 'nothing-left'
  if (agent.filters.size === 0 && cut === undefined) {
    return shape.resources.size === 0 ? 'nothing-left' : undefined
  }
  const { resources } = shape
  if (resources.size === 0) return cut ?? 'nothing-left'
  return isFiltered(agent.filters, member, resources, run.momentOf(agent)) ? 'filtered' : undefined
}

function isEnough(scalars: Packed, minimum: readonly Packed[]): boolean {
  if (minimum.length === 0) return true
  for (const one of minimum) if (covers(scalars, one)) return true
  return false
}

import { MesosError } from '../errors.ts'
import type { Membership } from './filters.ts'
import { release, untrackIfLeft } from './holdings.ts'
import { compete, revived, trackRole, untrackRoles, withFramework } from './memberships.ts'
import { pack, withNames } from './packed.ts'
import type { AllocatorEvent, FrameworkTerms } from './protocol.ts'
import type { AllocatorFramework, AllocatorState } from './state.ts'

const noMinimums: NonNullable<FrameworkTerms['minAllocatable']> = new Map()

type EventOf<T extends AllocatorEvent['type']> = Extract<AllocatorEvent, { readonly type: T }>

export function addFramework(
  state: AllocatorState,
  event: EventOf<'framework-added'>,
): AllocatorState {
  const { frameworkId, isActive } = event
  const memberships =
    state.frameworks.get(frameworkId)?.memberships ?? new Map<string, Membership>()
  return enter(state, event, { isActive, memberships }, frameworkId)
}

export function updateFramework(
  state: AllocatorState,
  event: EventOf<'framework-updated'>,
): AllocatorState {
  const { frameworkId, roles } = event
  const before = knownFramework(state, frameworkId)
  let next = enter(state, event, before, frameworkId)
  for (const role of before.roles) {
    if (roles.includes(role)) continue
    next = compete(next, role, frameworkId, false)
    next = untrackIfLeft(next, role, frameworkId)
  }
  return next
}

export function removeFramework(state: AllocatorState, frameworkId: string): AllocatorState {
  let next = state
  for (const [agentId, agent] of state.agents) {
    const resources = agent.held.get(frameworkId)
    if (resources !== undefined) next = release(next, { frameworkId, agentId, resources })
  }
  const memberships = next.frameworks.get(frameworkId)?.memberships ?? new Map<string, never>()
  next = untrackRoles(next, [...memberships.keys()], frameworkId)
  return { ...next, frameworks: next.frameworks.without(frameworkId) }
}

export function activate(
  state: AllocatorState,
  frameworkId: string,
  isActive: boolean,
): AllocatorState {
  const framework = knownFramework(state, frameworkId)
  const own = isActive ? framework : revived(framework, framework.memberships.keys())
  return competeAgain(withFramework(state, frameworkId, { ...own, isActive }), frameworkId)
}

export function suppress(
  state: AllocatorState,
  { frameworkId, roles }: EventOf<'offers-suppressed'>,
): AllocatorState {
  const framework = knownFramework(state, frameworkId)
  const suppressedRoles = new Set([...framework.suppressedRoles, ...(roles ?? framework.roles)])
  return competeAgain(
    withFramework(state, frameworkId, { ...framework, suppressedRoles }),
    frameworkId,
  )
}

export function revive(
  state: AllocatorState,
  { frameworkId, roles }: EventOf<'offers-revived'>,
): AllocatorState {
  const framework = knownFramework(state, frameworkId)
  const suppressedRoles = new Set(framework.suppressedRoles)
  for (const role of roles ?? framework.roles) suppressedRoles.delete(role)
  const own = revived(framework, roles ?? framework.roles)
  return competeAgain(withFramework(state, frameworkId, { ...own, suppressedRoles }), frameworkId)
}

export function knownFramework(state: AllocatorState, frameworkId: string): AllocatorFramework {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined) {
    throw new MesosError(
      'TROUPE_MESOS_ALLOCATOR_UNKNOWN',
      `The allocator has no framework '${frameworkId}'; add it before it is used.`,
      { data: { frameworkId } },
    )
  }
  return framework
}

function enter(
  state: AllocatorState,
  terms: FrameworkTerms,
  kept: Pick<AllocatorFramework, 'isActive' | 'memberships'>,
  frameworkId: string,
): AllocatorState {
  const { roles, suppressedRoles, capabilities = [] } = terms
  const minimums = [...(terms.minAllocatable ?? noMinimums)]
  const names = minimums.flatMap(([, each]) => each).reduce(withNames, state.names)
  const framework: AllocatorFramework = {
    roles,
    suppressedRoles: new Set(suppressedRoles),
    isActive: kept.isActive,
    capabilities: new Set(capabilities),
    minAllocatable: new Map(
      minimums.map(([role, each]) => [role, each.map((minimum) => pack(names, minimum))]),
    ),
    memberships: kept.memberships,
  }
  let next = withFramework({ ...state, names }, frameworkId, framework)
  for (const role of roles) next = trackRole(next, role, frameworkId)
  return competeAgain(next, frameworkId)
}

/** Brings the framework's activity in the sorters of its roles in line with its own. */
function competeAgain(state: AllocatorState, frameworkId: string): AllocatorState {
  const framework = knownFramework(state, frameworkId)
  let next = state
  for (const role of framework.roles) {
    const isActive = framework.isActive && !framework.suppressedRoles.has(role)
    next = compete(next, role, frameworkId, isActive)
  }
  return next
}

import { convert, unallocatedConversions, type Conversion } from '../operations/index.ts'
import { add, exclusivePart, subtract, unallocated, type Resources } from '../resources/index.ts'
import { freeOf } from './free.ts'
import { byRole, countReservations, countUnreserved, hold, release } from './holdings.ts'
import { minus, plus } from './packed.ts'
import type { AllocatorEffect, AllocatorEvent } from './protocol.ts'
import { heldOn, type AllocatorState } from './state.ts'

type EventOf<T extends AllocatorEvent['type']> = Extract<AllocatorEvent, { readonly type: T }>

/**
 * Enters that what a framework holds on an agent has become something else. Shares stay as they are, since
 * conversions conserve quantities and roles. @throws TROUPE_MESOS_RESOURCES_NOT_CONTAINED when it holds less than was consumed
 */
export function convertHeld(
  state: AllocatorState,
  event: EventOf<'allocation-converted'>,
): AllocatorState {
  const { agentId, frameworkId, conversions } = event
  const agent = state.agents.get(agentId)
  if (agent === undefined) return state
  if (conversions.some((one) => isShared(one.consumed) || isShared(one.converted))) {
    return conversions.reduce((next, one) => convertShared(next, event, one), state)
  }
  let next = state
  let { total } = agent
  let held = heldOn(agent, frameworkId)
  for (const { consumed, converted } of conversions) {
    held = add(subtract(held, consumed), converted)
    total = add(subtract(total, unallocated(consumed)), unallocated(converted))
    for (const [role, part] of byRole(consumed)) next = countUnreserved(next, role, part, minus)
    for (const [role, part] of byRole(converted)) next = countUnreserved(next, role, part, plus)
  }
  next = countReservations(next, agent.total, minus)
  next = countReservations(next, total, plus)
  const after = { ...agent, total, held: new Map(agent.held).set(frameworkId, held) }
  return { ...next, agents: next.agents.with(agentId, after) }
}

/** Of what a framework holds a shared volume is made, which nobody holds; or of such a volume something that it holds then. */
function convertShared(
  state: AllocatorState,
  { agentId, frameworkId }: EventOf<'allocation-converted'>,
  conversion: Conversion,
): AllocatorState {
  const { consumed, converted } = conversion
  const released = release(state, { agentId, frameworkId, resources: consumed })
  const conversions = unallocatedConversions([conversion])
  const asked = { type: 'available-converted', agentId, conversions, request: '' } as const
  const [next] = convertAvailable(released, asked)
  return hold(next, { agentId, frameworkId, resources: converted })
}

function isShared(resources: Resources): boolean {
  return exclusivePart(resources) !== resources
}

/** Enters that what is free on an agent has become something else; or answers why it can't. */
export function convertAvailable(
  state: AllocatorState,
  { agentId, conversions, request }: EventOf<'available-converted'>,
): readonly [AllocatorState, readonly AllocatorEffect[]] {
  const type = 'conversion-answered' as const
  const agent = state.agents.get(agentId)
  if (agent === undefined) {
    return [state, [{ type, request, problem: `Agent ${agentId} is not there` }]]
  }
  const available = convert(agent.free.all, conversions)
  if (typeof available === 'string') return [state, [{ type, request, problem: available }]]
  const total = add(subtract(agent.total, agent.free.all), available)
  const free = freeOf(state.names, available)
  let next = countReservations(state, agent.total, minus)
  next = countReservations(next, total, plus)
  const unreserved = minus(plus(next.unreserved, free.scalars), agent.free.scalars)
  const agents = next.agents.with(agentId, { ...agent, total, free })
  return [{ ...next, agents, unreserved }, [{ type, request }]]
}

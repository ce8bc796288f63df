import test from 'ava'
import fc from 'fast-check'
import {
  availableOn,
  initialAllocatorState,
  stepAllocator,
  type AllocatorAgent,
  type AllocatorState,
  type Holding,
} from '../../../src/mesos/allocator/index.ts'
import { covers, none, pack, plus, type Packed } from '../../../src/mesos/allocator/packed.ts'
import {
  add,
  equals,
  isEmpty,
  parseResources,
  quantitiesOf,
  reservationRole,
  select,
  unallocated,
  type Resources,
} from '../../../src/mesos/resources/index.ts'
interface World {
  readonly state: AllocatorState
  readonly held: readonly Holding[]
}

const action = fc.oneof(
  fc.record({ do: fc.constant('framework' as const), n: fc.nat(4) }),
  fc.record({ do: fc.constant('agent' as const), n: fc.nat(4) }),
  fc.record({ do: fc.constant('remove-framework' as const), n: fc.nat(4) }),
  fc.record({ do: fc.constant('remove-agent' as const), n: fc.nat(4) }),
  fc.record({ do: fc.constant('change-roles' as const), n: fc.nat(15) }),
  fc.record({ do: fc.constant('allocate' as const), n: fc.nat(1000) }),
  fc.record({ do: fc.constant('quota' as const), n: fc.nat(12) }),
  fc.record({ do: fc.constant('give-back' as const), n: fc.nat(20) }),
)

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

function act(world: World, { do: what, n }: Action, nowMs: number): World {
  const { state, held } = world
  const id = String(n)
  switch (what) {
    case 'framework': {
      if (state.frameworks.has(id)) return world
      const roles = [n % 2 === 0 ? 'even' : 'odd/deep', '*']
      const event = { frameworkId: id, roles, suppressedRoles: [], isActive: true }
      return { state: stepAllocator(state, { type: 'framework-added', ...event })[0], held }
    }
    case 'change-roles': {
      const frameworkId = String(n % 5)
      if (!state.frameworks.has(frameworkId)) return world
      const roles = [['even'], ['*'], ['odd/deep', 'even']][n % 3] as readonly string[]
      const suppressedRoles = n % 2 === 0 ? [] : ['even']
      const event = { frameworkId, roles, suppressedRoles }
      return { state: stepAllocator(state, { type: 'framework-updated', ...event })[0], held }
    }
    case 'agent': {
      if (state.agents.has(id)) return world
      const total = parseResources(`cpus:${n + 1};mem:64;cpus(even):1;ports:[1-9]`)
      const event = { agentId: id, total, registration: 'r1', held: [] }
      return { state: stepAllocator(state, { type: 'agent-added', ...event })[0], held }
    }
    case 'quota': {
      const limits = new Map(n % 3 === 0 ? [] : [['cpus', n * 1000]])
      const guarantees = new Map(n % 4 === 0 ? [] : [['cpus', n * 500]])
      const quotas = new Map([['even', { guarantees, limits }]])
      return { state: stepAllocator(state, { type: 'quotas-updated', quotas })[0], held }
    }
    case 'remove-framework':
      return {
        state: stepAllocator(state, { type: 'framework-removed', frameworkId: id })[0],
        held: held.filter((one) => one.frameworkId !== id),
      }
    case 'remove-agent':
      return {
        state: stepAllocator(state, { type: 'agent-removed', agentId: id })[0],
        held: held.filter((one) => one.agentId !== id),
      }
    case 'allocate': {
      const [next, effects] = stepAllocator(state, { type: 'allocate', nowMs, seed: n })
      const offers = effects.flatMap((effect) => (effect.type === 'offer' ? effect.offers : []))
      return { state: next, held: [...held, ...offers] }
    }
    case 'give-back': {
      const holding = held[n % Math.max(held.length, 1)]
      if (holding === undefined) return world
      const event = { type: 'resources-recovered' as const, holding, refuseMs: n * 100, nowMs }
      return {
        state: stepAllocator(state, event)[0],
        held: held.filter((one) => one !== holding),
      }
    }
  }
}

const isSame = (a: Packed, b: Packed): boolean => covers(a, b) && covers(b, a)

const packed = (state: AllocatorState, resources: Resources): Packed =>
  pack(state.names, quantitiesOf(resources))

const isPlain = ({ reservations }: { readonly reservations: readonly unknown[] }): boolean =>
  reservations.length === 0

/** What the state says of itself must follow from its agents and frameworks alone. */
function wrong(state: AllocatorState, held: readonly Holding[]): string | undefined {
  const agents = [...state.agents]
  for (const [agentId, agent] of agents) {
    const ofAgent = held.filter((one) => one.agentId === agentId)
    const given = ofAgent.map((one) => unallocated(one.resources)).reduce(add, availableOn(agent))
    if (!equals(given, agent.total)) return `free and held are not the total of ${agentId}`
  }
  const sum = (of: (agent: AllocatorAgent) => Resources): Packed =>
    agents.map(([, agent]) => packed(state, of(agent))).reduce(plus, none)
  if (
    !isSame(
      sum(({ total }) => total),
      state.total,
    )
  )
    return 'total'
  const free = sum((agent) => select(availableOn(agent), isPlain))
  if (!isSame(free, state.unreserved)) return 'unreserved'
  const inRoles = [...state.roleSorter.clients.values()].map(({ allocated }) => allocated)
  const inAgents = held.map(({ resources }) => packed(state, resources))
  if (!isSame(inRoles.reduce(plus, none), inAgents.reduce(plus, none))) return 'role sorter'
  let competing = 0
  for (const [role, { clients }] of state.frameworkSorters) {
    for (const [id, { isActive, allocated }] of clients) {
      if (isActive) competing++
      const framework = state.frameworks.get(id)
      if (framework?.memberships.has(role) !== true) return `no membership of ${id} in ${role}`
      const ofRole = held.filter((one) => one.frameworkId === id).map((one) => inRole(one, role))
      const holds = ofRole.map((part) => packed(state, part)).reduce(plus, none)
      if (!isSame(holds, allocated)) return `what ${id} holds in ${role}`
      const isOwn = framework.roles.includes(role)
      if (!isOwn && (isActive || ofRole.every(isEmpty))) return `${id} is a stranger in ${role}`
    }
  }
  if (competing !== state.competing) return 'competing'
  for (const role of ['even', 'odd', '*']) {
    const use = state.uses.get(role)
    const below = (one: string) => one === role || one.startsWith(`${role}/`)
    const unreserved = held.map(({ resources }) =>
      packed(
        state,
        select(resources, (one) => isPlain(one) && below(one.allocationRole ?? '')),
      ),
    )
    if (!isSame(use?.unreserved ?? none, unreserved.reduce(plus, none))) return `use of ${role}`
    const reserved = sum(({ total }) =>
      select(total, (one) => below(reservationRole(one)) && !isPlain(one)),
    )
    if (!isSame(use?.reserved ?? none, reserved)) return `reservations of ${role}`
  }
  return undefined
}

const inRole = ({ resources }: Holding, role: string): Resources =>
  select(resources, (one) => one.allocationRole === role)

test('whatever happens, all that the allocator counts follows from who holds what', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      let world: World = { state: initialAllocatorState(), held: [] }
      actions.forEach((one, i) => {
        world = act(world, one, i * 500)
      })
      const problem = wrong(world.state, world.held)
      if (problem !== undefined) throw new RangeError(problem)
    }),
    { numRuns: 300 },
  )
  t.pass()
})

test('no offer brings a role over the limit of its quota', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      let world: World = { state: initialAllocatorState(), held: [] }
      return actions.every((one, i) => {
        const before = world.state
        world = act(world, one, i * 500)
        if (one.do !== 'allocate') return true
        const { uses, quotas } = world.state
        return [...quotas].every(([role, { limits }]) => {
          const was = before.uses.get(role)?.unreserved ?? none
          const is = uses.get(role)?.unreserved ?? none
          return is.every((amount, at) => {
            const isMore = amount > (was[at] ?? 0)
            const reserved = uses.get(role)?.reserved[at] ?? 0
            return (
              !isMore ||
              role.includes('/') ||
              amount + reserved <= (limits[at] ?? Number.POSITIVE_INFINITY)
            )
          })
        })
      })
    }),
    { numRuns: 200 },
  )
  t.pass()
})

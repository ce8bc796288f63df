import test from 'ava'
import fc from 'fast-check'
import {
  availableOn,
  dominantShare,
  initialAllocatorState,
  stepAllocator,
  type AllocatorState,
  type Holding,
} from '../../../src/mesos/allocator/index.ts'
import {
  add,
  addQuantities,
  equals,
  noQuantities,
  parseResources,
  quantitiesOf,
  unallocated,
  type Quantities,
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

const sameQuantities = (a: Quantities, b: Quantities) =>
  a.size === b.size && [...a].every(([name, n]) => b.get(name) === n)

test('whatever happens, free and held make the total, and sorters know who holds what', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      let world: World = { state: initialAllocatorState(), held: [] }
      actions.forEach((one, i) => {
        world = act(world, one, i * 500)
      })
      const { state, held } = world
      const whole = [...state.agents].every(([agentId, agent]) => {
        const ofAgent = held.filter((one) => one.agentId === agentId)
        const given = ofAgent
          .map((one) => unallocated(one.resources))
          .reduce(add, availableOn(agent))
        return equals(given, agent.total)
      })
      const roles = [...state.frameworkSorters.values()].every((sorter) =>
        [...sorter.clients.values()].every(
          (client) => dominantShare(client.allocated, scaleOf(state)) <= 1,
        ),
      )
      const heldByAll = held
        .map((one) => quantitiesOf(one.resources))
        .reduce(addQuantities, noQuantities)
      const inRoles = [...state.roleSorter.clients.values()]
        .map((client) => client.allocated)
        .reduce(addQuantities, noQuantities)
      const noStranger = [...state.frameworkSorters].every(([role, { clients }]) =>
        [...clients].every(
          ([id, { isActive, allocated }]) =>
            state.frameworks.get(id)?.roles.includes(role) === true ||
            (!isActive && (allocated.size > 0 || heldIn(held, id, role))),
        ),
      )
      return whole && roles && noStranger && sameQuantities(heldByAll, inRoles)
    }),
    { numRuns: 200 },
  )
  t.pass()
})

const heldIn = (held: readonly Holding[], id: string, role: string) =>
  held.some(
    ({ frameworkId, resources }) =>
      frameworkId === id &&
      [...resources.values()].some(({ identity }) => identity.allocationRole === role),
  )

const scaleOf = (state: AllocatorState) => ({
  total: state.total,
  weights: new Map<string, number>(),
  excludedNames: new Set<string>(),
})

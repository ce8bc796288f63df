import test from 'ava'
import {
  initialAllocatorState,
  stepAllocator,
  type AllocatorEvent,
  type AllocatorState,
} from '../../../src/mesos/allocator/index.ts'
import type { Conversion } from '../../../src/mesos/operations/index.ts'
import {
  add,
  allocateTo,
  formatResources,
  fromWire,
  parseResources,
  subtract,
  unallocated,
} from '../../../src/mesos/resources/index.ts'

const total = parseResources('cpus:4;mem:1024;cpus(r):2')
const reserved = fromWire([
  {
    name: 'cpus',
    type: 'SCALAR',
    scalar: { value: 3 },
    reservations: [{ type: 'DYNAMIC', role: 'r' }],
  },
])
const conversion: Conversion = {
  consumed: allocateTo(parseResources('cpus:3'), 'r'),
  converted: allocateTo(reserved, 'r'),
}

function run(...events: readonly AllocatorEvent[]): AllocatorState {
  const added: AllocatorEvent = {
    type: 'framework-added',
    frameworkId: 'f',
    roles: ['r'],
    suppressedRoles: [],
    isActive: true,
  }
  return [added, ...events].reduce(
    (state, event) => stepAllocator(state, event)[0],
    initialAllocatorState(),
  )
}

/** An agent of which the framework holds all that is not free. */
function agentAdded(
  all: typeof total,
  free: typeof total,
): Extract<AllocatorEvent, { readonly type: 'agent-added' }> {
  const resources = allocateTo(subtract(all, free), 'r')
  return {
    type: 'agent-added',
    agentId: 'a',
    registration: 'r',
    total: all,
    held: [{ frameworkId: 'f', agentId: 'a', resources }],
  }
}

test('what was converted is counted as if it had always been so', (t) => {
  const free = parseResources('mem:100')
  const event = {
    type: 'allocation-converted' as const,
    frameworkId: 'f',
    agentId: 'a',
    conversions: [conversion],
  }
  const state = run(agentAdded(total, free), event)
  const after = add(
    subtract(total, unallocated(conversion.consumed)),
    unallocated(conversion.converted),
  )
  const expected = run(agentAdded(after, free))
  t.is(formatResources(state.agents.get('a')?.total ?? total), formatResources(after))
  t.deepEqual([...state.uses], [...expected.uses])
  t.deepEqual(state.unreserved, expected.unreserved)
  t.deepEqual(state.total, expected.total)
  t.deepEqual(state.agents.get('a')?.free, expected.agents.get('a')?.free)
})

test('converted resources come back as what they are, and go to their role only', (t) => {
  const event = {
    type: 'allocation-converted' as const,
    frameworkId: 'f',
    agentId: 'a',
    conversions: [conversion],
  }
  const state = run(
    agentAdded(total, parseResources('')),
    event,
    {
      type: 'resources-recovered',
      nowMs: 0,
      holding: { frameworkId: 'f', agentId: 'a', resources: conversion.converted },
    },
    {
      type: 'framework-added',
      frameworkId: 'g',
      roles: ['s'],
      suppressedRoles: [],
      isActive: true,
    },
  )
  const [, effects] = stepAllocator(state, { type: 'allocate', nowMs: 5000, seed: 1 })
  const offers = effects.flatMap((effect) => (effect.type === 'offer' ? effect.offers : []))
  t.deepEqual(
    offers.map(
      ({ frameworkId, resources }) => `${frameworkId} ${formatResources(unallocated(resources))}`,
    ),
    ['f cpus(r):3'],
  )
})

test('a conversion of what nobody holds there is an error', (t) => {
  t.throws(
    () =>
      run(agentAdded(total, total), {
        type: 'allocation-converted',
        frameworkId: 'f',
        agentId: 'a',
        conversions: [conversion],
      }),
    { code: 'TROUPE_MESOS_RESOURCES_NOT_CONTAINED' },
  )
})

test('what is free is converted for an operator, and counted as if it had always been so', (t) => {
  const free = parseResources('cpus:3;mem:100')
  const conversions = [{ consumed: parseResources('cpus:3'), converted: reserved }]
  const event = {
    type: 'available-converted' as const,
    agentId: 'a',
    request: '1',
    conversions,
  }
  const before = run(agentAdded(total, free))
  const [state, effects] = stepAllocator(before, event)
  t.deepEqual(effects, [{ type: 'conversion-answered', request: '1' }])
  const after = add(subtract(total, parseResources('cpus:3')), reserved)
  const expected = run(agentAdded(after, add(reserved, parseResources('mem:100'))))
  t.is(formatResources(state.agents.get('a')?.total ?? total), formatResources(after))
  t.deepEqual([...state.uses], [...expected.uses])
  t.deepEqual(state.unreserved, expected.unreserved)
  const [same, refusals] = stepAllocator(state, event)
  t.is(same, state)
  t.deepEqual(refusals, [
    {
      type: 'conversion-answered',
      request: '1',
      problem: 'mem:100; cpus(reservations: [(DYNAMIC,r)]):3 does not contain cpus:3',
    },
  ])
  const [, none] = stepAllocator(state, { ...event, agentId: 'b' })
  t.like(none[0], { problem: 'Agent b is not there' })
})

test('of a shared volume nobody holds anything: it is made of what was held, is free for all, and ends as what is held', (t) => {
  const all = parseResources('cpus:4;mem:1024;disk(r):100')
  const disk = allocateTo(parseResources('disk(r):100'), 'r')
  const made = fromWire([
    {
      name: 'disk',
      type: 'SCALAR',
      scalar: { value: 100 },
      role: 'r',
      disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'p' } },
      shared: {},
    },
  ])
  const volume = allocateTo(made, 'r')
  const converted = (...conversions: readonly Conversion[]): AllocatorEvent => ({
    type: 'allocation-converted',
    frameworkId: 'f',
    agentId: 'a',
    conversions,
  })
  const resources = add(allocateTo(parseResources('cpus:4'), 'r'), volume)
  const back: AllocatorEvent = {
    type: 'resources-recovered',
    nowMs: 0,
    holding: { frameworkId: 'f', agentId: 'a', resources },
  }
  const held = agentAdded(all, parseResources('mem:1024'))
  const state = run(held, converted({ consumed: disk, converted: volume }))
  const free = state.agents.get('a')?.free.all ?? all
  t.regex(formatResources(free), /^mem:1024;disk\(r\)\[v:p\]/)
  t.deepEqual(
    run(held, converted({ consumed: disk, converted: volume }), back, back).agents.get('a')?.held
      .size,
    0,
  )
  const again = run(
    held,
    converted({ consumed: disk, converted: volume }),
    converted({ consumed: volume, converted: disk }),
  )
  const before = run(held)
  t.deepEqual(again.agents.get('a')?.free, before.agents.get('a')?.free)
  t.is(formatResources(again.agents.get('a')?.total ?? made), formatResources(all))
  t.deepEqual([...again.uses], [...before.uses])
  t.deepEqual(again.unreserved, before.unreserved)
})

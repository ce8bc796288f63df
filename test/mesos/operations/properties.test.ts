import test from 'ava'
import fc from 'fast-check'
import { applyOperation, type ResourceOperation } from '../../../src/mesos/operations/index.ts'
import type { Resource } from '../../../src/mesos/protocol/index.ts'
import {
  allocateTo,
  asConfigured,
  checkpointedPart,
  equals,
  parseResources,
  quantitiesOf,
  toUnreserved,
  unallocated,
  withoutVolumes,
  type Resources,
} from '../../../src/mesos/resources/index.ts'

const configured = parseResources('cpus:4;disk:100;disk(a):50;ports:[1-20]')
const info = {
  user: 'u',
  name: 'f',
  roles: ['a', 'a/b'],
  capabilities: [{ type: 'MULTI_ROLE' as const }],
}

const reservations = fc.constantFrom<NonNullable<Resource['reservations']>>(
  [],
  [{ type: 'STATIC', role: 'a' }],
  [{ type: 'DYNAMIC', role: 'a' }],
  [{ type: 'DYNAMIC', role: 'a/b' }],
  [
    { type: 'STATIC', role: 'a' },
    { type: 'DYNAMIC', role: 'a/b' },
  ],
  [
    { type: 'DYNAMIC', role: 'a' },
    { type: 'DYNAMIC', role: 'a/b' },
  ],
)
const value = fc.integer({ min: 0, max: 60 })
const cpus: fc.Arbitrary<Resource> = fc.record({
  name: fc.constant('cpus'),
  type: fc.constant('SCALAR' as const),
  scalar: fc.record({ value: fc.integer({ min: 1, max: 4000 }).map((n) => n / 1000) }),
  reservations,
})
const ports: fc.Arbitrary<Resource> = fc.record({
  name: fc.constant('ports'),
  type: fc.constant('RANGES' as const),
  ranges: fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(5))
    .map(([begin, more]) => ({ range: [{ begin, end: begin + more }] })),
  reservations,
})
const disk: fc.Arbitrary<Resource> = fc.record({
  name: fc.constant('disk'),
  type: fc.constant('SCALAR' as const),
  scalar: fc.record({ value }),
  reservations,
})
const volume: fc.Arbitrary<Resource> = fc
  .tuple(disk, fc.constantFrom('v', 'w'))
  .map(([resource, id]) => ({
    ...resource,
    disk: {
      persistence: { id },
      volume: { mode: 'RW' as const, container_path: 'data' },
    },
  }))
const any = fc.oneof(cpus, ports, disk)

const operation: fc.Arbitrary<ResourceOperation> = fc.oneof(
  fc.array(any, { minLength: 1, maxLength: 3 }).map((resources) => ({
    type: 'RESERVE' as const,
    reserve: { resources },
  })),
  fc.array(any, { minLength: 1, maxLength: 2 }).map((resources) => ({
    type: 'UNRESERVE' as const,
    unreserve: { resources },
  })),
  fc.array(volume, { minLength: 1, maxLength: 2 }).map((volumes) => ({
    type: 'CREATE' as const,
    create: { volumes },
  })),
  volume.map((one) => ({ type: 'DESTROY' as const, destroy: { volumes: [one] } })),
  fc.tuple(volume, disk).map(([one, addition]) => ({
    type: 'GROW_VOLUME' as const,
    grow_volume: { volume: one, addition },
  })),
  fc.tuple(volume, value).map(([one, less]) => ({
    type: 'SHRINK_VOLUME' as const,
    shrink_volume: { volume: one, subtract: { value: less } },
  })),
)

/** Aims operations at what is there, so that some of them go through. */
const step = fc.tuple(operation, fc.constantFrom('a', 'a/b'), fc.nat(20), fc.boolean())

function aimed(
  pool: Resources,
  wanted: ResourceOperation,
  role: string,
  n: number,
): ResourceOperation {
  const own = (one: Resource): Resource => ({ ...one, reservations: [{ type: 'DYNAMIC', role }] })
  if (wanted.type === 'RESERVE') {
    return { type: 'RESERVE', reserve: { resources: wanted.reserve.resources.map(own) } }
  }
  if (wanted.type === 'UNRESERVE') {
    const resources = wanted.unreserve.resources.map(own)
    return { type: 'UNRESERVE', unreserve: { resources } }
  }
  if (wanted.type === 'CREATE') {
    return { type: 'CREATE', create: { volumes: wanted.create.volumes.map(own) } }
  }

  const volumes = [...unallocated(pool).values()].filter(
    ({ identity }) => identity.disk?.persistence !== undefined,
  )
  const item = volumes[n % Math.max(1, volumes.length)]
  if (item === undefined || item.amount.kind !== 'copies') return wanted
  const { reservations: stack, disk: info } = item.identity
  const one: Resource = {
    name: 'disk',
    type: 'SCALAR',
    scalar: { value: item.amount.thousandths / 1000 },
    reservations: stack,
    ...(info !== undefined && { disk: info }),
  }
  switch (wanted.type) {
    case 'DESTROY':
      return { type: 'DESTROY', destroy: { volumes: [one] } }
    case 'GROW_VOLUME': {
      const addition = { ...wanted.grow_volume.addition, reservations: stack }
      return { type: 'GROW_VOLUME', grow_volume: { volume: one, addition } }
    }
    case 'SHRINK_VOLUME':
      return {
        type: 'SHRINK_VOLUME',
        shrink_volume: { volume: one, subtract: wanted.shrink_volume.subtract },
      }
    default:
      return wanted
  }
}

test('operations conserve quantities, and what an agent was configured with can be made again', (t) => {
  let applied = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let agent = configured
      for (const [wanted, role, n, isAimed] of steps) {
        const pool = allocateTo(agent, role)
        const asked = isAimed ? aimed(pool, wanted, role, n) : wanted
        const done = applyOperation(pool, asked, {
          framework: { id: 'F', info, role },
          checkpointed: checkpointedPart(agent),
          inUse: [],
        })
        if ('kind' in done) {
          if (done.reason === '') return false
          continue
        }
        applied++
        agent = unallocated(done.resources)
        const before = quantitiesOf(configured)
        for (const [name, sum] of quantitiesOf(agent)) if (before.get(name) !== sum) return false
        const isSame = equals(
          toUnreserved(withoutVolumes(agent)),
          toUnreserved(withoutVolumes(configured)),
        )
        if (!isSame || !equals(asConfigured(agent), configured)) return false
      }
      return true
    }),
    { numRuns: 600 },
  )
  t.true(applied > 100, `only ${applied} operations went through`)
})

test('what was reserved and is unreserved is as it was', (t) => {
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 3 }), (resources) => {
      const pool = allocateTo(configured, 'a')
      const framework = { id: 'F', info, role: 'a' }
      const context = { framework, checkpointed: checkpointedPart(configured), inUse: [] }
      const done = applyOperation(pool, { type: 'RESERVE', reserve: { resources } }, context)
      if ('kind' in done) return true
      const undo = { type: 'UNRESERVE' as const, unreserve: { resources } }
      const undone = applyOperation(done.resources, undo, context)
      return !('kind' in undone) && equals(undone.resources, pool)
    }),
    { numRuns: 400 },
  )
  t.pass()
})

test('reservations that do not touch one another may be made in any order', (t) => {
  fc.assert(
    fc.property(cpus, disk, (one, other) => {
      const context = {
        framework: { id: 'F', info, role: 'a' },
        checkpointed: checkpointedPart(configured),
        inUse: [],
      }
      const both = (...order: readonly Resource[]): Resources | string => {
        let pool = allocateTo(configured, 'a')
        for (const resource of order) {
          const reserve = { resources: [resource] }
          const done = applyOperation(pool, { type: 'RESERVE', reserve }, context)
          if ('kind' in done) return 'refused'
          pool = done.resources
        }
        return pool
      }
      const [there, back] = [both(one, other), both(other, one)]
      return typeof there === 'string' || typeof back === 'string'
        ? there === back
        : equals(there, back)
    }),
    { numRuns: 300 },
  )
  t.pass()
})

import test from 'ava'
import fc from 'fast-check'
import { recordsOf, registryOf, memoryRegistryStore } from '../../../src/mesos/registry/index.ts'
import type { RegistryChange, RegistryStore } from '../../../src/mesos/registry/index.ts'
import { ZooKeeperRegistryStore } from '../../../src/mesos/zookeeper/index.ts'
import { memoryEnvironment, nodeEnvironment } from '../../../src/platform/index.ts'
import type { KeyTree } from '../../../src/platform/zookeeper/index.ts'
import { Candidate, house } from '../../platform/zookeeper/house.ts'

const info = { hostname: 'h', resources: [] }
const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all)

interface Place {
  /** The same table at each call. */
  open(): Promise<RegistryStore>
  tidy(): Promise<void>
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  memory: () => {
    const store = memoryRegistryStore()
    return Promise.resolve({
      open: () => Promise.resolve(store),
      tidy: () => Promise.resolve(),
    })
  },
  'a simulated disk': () => {
    const world = memoryEnvironment()
    const { stores } = world.environment()
    const open = async (): Promise<RegistryStore> => {
      const store = await world.until(stores.open('/r/s'))
      return {
        entries: () => store.entries(),
        write: (changes) => world.until(store.write(changes)),
        close: () => world.until(store.close()),
      }
    }
    return Promise.resolve({ open, tidy: () => Promise.resolve() })
  },
  'ZooKeeper, simulated': async () => {
    const { world, servers, pause } = await house(1)
    const one = new Candidate(world.environment('a'), servers, 'a')
    await pause(500)
    const tree = one.leadership?.tree
    const open = (): Promise<RegistryStore> => {
      const store = new ZooKeeperRegistryStore(tree as KeyTree, '/mesos')
      return Promise.resolve({
        entries: () => world.until(store.entries()),
        write: (changes) => world.until(store.write(changes)),
        close: () => store.close(),
      })
    }
    return { open, tidy: () => Promise.resolve() }
  },
  LMDB: async () => {
    const { stores, disk } = nodeEnvironment()
    const directory = await disk.makeTemporaryDirectory('troupe-registry-')
    return {
      open: () => stores.open(`${directory}/not/there`),
      tidy: () => disk.remove(directory),
    }
  },
}

for (const [what, make] of Object.entries(places)) {
  test(`a store in ${what} gives back what was written, in another opening too`, async (t) => {
    const place = await make()
    const store = await place.open()
    t.is((await store.entries()).size, 0)
    await store.write([
      ['a', bytes(1, 2)],
      ['b', bytes()],
      ['c', bytes(3)],
    ])
    await store.write([
      ['c', undefined],
      ['never', undefined],
      ['a', bytes(4)],
      ['a', bytes(5)],
    ])
    await store.close()
    const again = await place.open()
    t.deepEqual(
      [...(await again.entries())].map(([key, value]) => [key, [...value]]),
      [
        ['a', [5]],
        ['b', []],
      ],
    )
    await again.close()
    await place.tidy()
  })

  test(`writes to a store in ${what} that overlap all count, in order`, async (t) => {
    const place = await make()
    const store = await place.open()
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        store.write([
          ['last', bytes(n)],
          [`n${n}`, bytes(n)],
        ]),
      ),
    )
    const entries = await store.entries()
    t.deepEqual([...(entries.get('last') ?? [])], [5])
    t.is(entries.size, 6)
    await store.close()
    await place.tidy()
  })
}

const id = fc.constantFrom('S0', 'S1', 'ü/2')
const unixMs = fc.nat()
const amounts = fc.constantFrom({}, { cpus: { value: 2 } })
const role = fc.constantFrom('a', 'b')
const change: fc.Arbitrary<RegistryChange> = fc.oneof(
  fc.record({ type: fc.constant('agent-admitted' as const), id, info: fc.constant(info) }),
  fc.record({ type: fc.constant('agent-unreachable' as const), id, unixMs }),
  fc.record({ type: fc.constant('agent-gone' as const), id, unixMs }),
  fc.record({ type: fc.constant('agent-forgotten' as const), id }),
  fc.record({
    type: fc.constant('quota-set' as const),
    quota: fc.record({ role, guarantees: amounts, limits: amounts }),
  }),
  fc.record({ type: fc.constant('weight-set' as const), role, weight: fc.constantFrom(1, 2.5) }),
)

test('a registry is what its records say: each agent in one table, the last word counts', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(change), async (changes) => {
      const store = memoryRegistryStore()
      await store.write(recordsOf({ type: 'epoch-begun', epoch: 7 }))
      for (const one of changes) await store.write(recordsOf(one))
      const registry = registryOf(await store.entries())
      t.is(registry.epoch, 7)
      for (const agent of ['S0', 'S1', 'ü/2']) {
        const last = changes.findLast((one) => 'id' in one && one.id === agent)
        t.is(registry.admitted.has(agent), last?.type === 'agent-admitted')
        t.is(registry.unreachable.has(agent), last?.type === 'agent-unreachable')
        t.is(registry.gone.has(agent), last?.type === 'agent-gone')
      }
      for (const one of ['a', 'b']) {
        const weight = changes.findLast((it) => it.type === 'weight-set' && it.role === one)
        const expected = weight?.type === 'weight-set' ? weight.weight : 1
        t.is(registry.weights.get(one) ?? 1, expected)
      }
    }),
  )
})

for (const [what, entries] of Object.entries({
  'no JSON': [['epoch', bytes(1)]],
  'another format': [['format', new TextEncoder().encode('"troupe-registry-9"')]],
  'a record that belongs elsewhere': [
    ...recordsOf({ type: 'epoch-begun', epoch: 1 }),
    ['agent/x', new TextEncoder().encode('{"type":"agent-gone","id":"y","unixMs":1}')],
  ],
})) {
  test(`a registry with ${what} is refused with its code`, (t) => {
    t.throws(() => registryOf(new Map(entries as [string, Uint8Array][])), {
      code: 'TROUPE_MESOS_REGISTRY_UNREADABLE',
    })
  })
}

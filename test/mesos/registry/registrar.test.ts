import test from 'ava'
import { ActorSystem, receive } from '../../../src/actors/index.ts'
import { memoryRegistryStore, registrar } from '../../../src/mesos/registry/index.ts'
import type { RecordChanges, RegistryStore } from '../../../src/mesos/registry/index.ts'
import { MesosError } from '../../../src/mesos/index.ts'
import { memoryEnvironment, type MemoryWorld } from '../../../src/platform/index.ts'

interface Rig {
  readonly world: MemoryWorld
  readonly heard: { readonly type: string; readonly registry?: { readonly epoch: number } }[]
  readonly tell: (message: RecordChanges<{ readonly type: string }>) => void
}

async function start(store: RegistryStore, leastEpoch: number): Promise<Rig> {
  const world = memoryEnvironment()
  const system = ActorSystem.create('s', { environment: world.environment() })
  const heard: Rig['heard'] = []
  const owner = system.spawn(
    receive<{ readonly type: string }>((message) => {
      heard.push(message)
    }),
    'owner',
  )
  const options = { open: () => Promise.resolve(store), leastEpoch }
  const ref = system.spawn(registrar<{ readonly type: string }>(options, owner), 'registrar')
  await world.settle()
  return {
    world,
    heard,
    tell: (message) => {
      ref.tell(message)
    },
  }
}

const gone = (id: string): RecordChanges<{ readonly type: string }> => ({
  type: 'record',
  changes: [{ type: 'agent-gone', id, unixMs: 1 }],
  then: { type: id },
})

test('each epoch is larger than any before, also when the clock is set back', async (t) => {
  const store = memoryRegistryStore()
  const epochs: (number | undefined)[] = []
  for (const now of [1000, 5000, 200, 300, 9000]) {
    const { heard } = await start(store, now)
    epochs.push(heard[0]?.registry?.epoch)
  }
  t.deepEqual(epochs, [1000, 5000, 5001, 5002, 9000])
})

test('what comes while a write is under way goes into the next one, and is told in order', async (t) => {
  const inner = memoryRegistryStore()
  const gates: (() => void)[] = []
  const sizes: number[] = []
  let isFirst = true
  const store: RegistryStore = {
    ...inner,
    write: async (changes) => {
      if (!isFirst) {
        sizes.push(changes.length)
        await new Promise<void>((resolve) => gates.push(resolve))
      }
      isFirst = false
      await inner.write(changes)
    },
  }
  const { world, heard, tell } = await start(store, 1)
  for (const id of ['a', 'b', 'c']) tell(gone(id))
  await world.settle()
  t.deepEqual(sizes, [1])
  t.is(heard.length, 1, 'nothing is told that is not durable')
  gates[0]?.()
  await world.settle()
  t.deepEqual(sizes, [1, 2])
  gates[1]?.()
  await world.settle()
  t.deepEqual(
    heard.map(({ type }) => type),
    ['registry-recovered', 'registry-written', 'a', 'registry-written', 'b', 'c'],
  )
})

test('a store that fails is told once, and what waited is not said to be durable', async (t) => {
  const inner = memoryRegistryStore()
  let writes = 0
  const store: RegistryStore = {
    ...inner,
    write: (changes) => {
      writes += 1
      const refusal = new MesosError('TROUPE_MESOS_REGISTRY_FAILED', 'full')
      return writes === 1 ? inner.write(changes) : Promise.reject(refusal)
    },
  }
  const { world, heard, tell } = await start(store, 1)
  tell(gone('a'))
  tell(gone('b'))
  await world.settle()
  t.deepEqual(
    heard.map(({ type }) => type),
    ['registry-recovered', 'registry-failed'],
  )
  t.is(writes, 2)
})

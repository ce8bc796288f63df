import test from 'ava'

import { Gate, testSystem } from '../../../src/actors/testkit/index.ts'
import { memoryEnvironment, type Disk } from '../../../src/platform/index.ts'
import { MemoryManager } from '../../../src/spark/memory/index.ts'
import { BlockManager, StorageLevel, blockActor } from '../../../src/spark/storage/index.ts'
import type { ThreadSide } from '../../../src/spark/storage/block-home.ts'
import type { BlockNetwork } from '../../../src/spark/storage/block-network.ts'
import type { BlockChunk } from '../../../src/spark/storage/protocol.ts'

/** A block manager of 1,000 bytes of memory. */
function fixture(
  change: (disk: Disk) => Disk = (disk) => disk,
  updated: BlockNetwork['updated'] = () => {},
): {
  readonly manager: BlockManager
  readonly memory: MemoryManager
  readonly disk: Disk
} {
  const environment = memoryEnvironment().environment()
  const memory = new MemoryManager({
    usableBytes: 1000,
    sparkBytes: 1000,
    storageRegionBytes: 500,
    userBytes: 0,
    offHeapBytes: 0,
    offHeapStorageRegionBytes: 0,
  })
  const manager = new BlockManager({
    directory: '/blocks',
    disk: change(environment.disk),
    memory,
    log: environment.log,
    maxBytesInMemory: 1000,
    network: {
      updated,
      fetch: () => Promise.resolve(undefined),
      replicate: () => Promise.resolve(),
    },
  })
  return { manager, memory, disk: environment.disk }
}

function thread(copy: () => Promise<readonly Uint8Array[] | undefined>): ThreadSide {
  return { drop: () => Promise.resolve(), copy, isBusy: () => false }
}

test('a block that comes twice while it is written is kept once, and leaves no file', async (t) => {
  const gate = new Gate()
  const { manager, memory, disk } = fixture((real) =>
    Object.assign(Object.create(real) as Disk, {
      create: async (path: string) => {
        await gate.pass()
        return real.create(path)
      },
    }),
  )
  await disk.makeDirectory('/blocks')
  const kept = manager.keepBytes('rdd_1_0', StorageLevel.DISK_ONLY, [new Uint8Array(100)])
  const { home } = manager.attach(thread(() => Promise.resolve(undefined)))
  t.true(await home.reserve('rdd_1_0', 'on-heap', 200))
  t.true(await home.putBytes('rdd_1_0', StorageLevel.MEMORY_ONLY_SER, [new Uint8Array(200)]))
  gate.open()
  t.true(await kept)
  t.deepEqual(await disk.list('/blocks'), [])
  t.is(memory.use('on-heap').storageBytes, 200)
  await manager.remove('rdd_1_0')
  t.is(memory.use('on-heap').storageBytes, 0)
})

test('memory that is found for a thread when it has gone is given back', async (t) => {
  const gate = new Gate()
  const { manager, memory } = fixture()
  const slow: ThreadSide = { ...thread(() => Promise.resolve(undefined)), drop: () => gate.pass() }
  const first = manager.attach(slow)
  t.true(await first.home.reserve('rdd_1_0', 'on-heap', 900))
  t.true(await first.home.putObjects('rdd_1_0', StorageLevel.MEMORY_ONLY, 900))
  const second = manager.attach(thread(() => Promise.resolve(undefined)))
  const reserved = second.home.reserve('rdd_2_0', 'on-heap', 300)
  second.detach()
  gate.open()
  t.false(await reserved)
  t.is(memory.use('on-heap').storageBytes, 0)
})

test('a block that was not there is looked for again the next time', async (t) => {
  const kit = testSystem()
  const { manager } = fixture()
  const blocks = kit.spawn(
    blockActor({
      manager,
      removeShuffle: () => Promise.resolve(),
      forgetBroadcast: () => {},
      timeoutMs: 1000,
    }),
  )
  const read = (): Promise<BlockChunk> =>
    kit.until(
      blocks.ask<BlockChunk>(
        (replyTo) => ({ type: 'read-block', name: 'rdd_1_0', offset: 0, lengthBytes: 10, replyTo }),
        { timeoutMs: 1000 },
      ),
    )
  t.is((await read()).type, 'block-absent')
  await manager.keepBytes('rdd_1_0', StorageLevel.MEMORY_ONLY_SER, [Uint8Array.of(1, 2, 3)])
  t.deepEqual(await read(), { type: 'block-chunk', bytes: Uint8Array.of(1, 2, 3), totalBytes: 3 })
})

test('memory that is found for a block which its thread has given up is given back', async (t) => {
  const gate = new Gate()
  const { manager, memory } = fixture()
  const slow: ThreadSide = { ...thread(() => Promise.resolve(undefined)), drop: () => gate.pass() }
  const first = manager.attach(slow)
  t.true(await first.home.reserve('rdd_1_0', 'on-heap', 900))
  t.true(await first.home.putObjects('rdd_1_0', StorageLevel.MEMORY_ONLY, 900))
  const { home } = manager.attach(thread(() => Promise.resolve(undefined)))
  const reserved = home.reserve('rdd_2_0', 'on-heap', 300)
  home.unreserve('rdd_2_0')
  gate.open()
  t.false(await reserved)
  t.is(memory.use('on-heap').storageBytes, 0)
  t.true(await home.reserve('rdd_2_0', 'on-heap', 300), 'it may ask again')
  t.is(memory.use('on-heap').storageBytes, 300)
})

test('a block that is put anew while the old one leaves is still there for the driver', async (t) => {
  const gate = new Gate()
  const told: string[] = []
  const { manager, memory } = fixture(
    (disk) => disk,
    (name, { level }) => {
      told.push(`${name} ${level.useMemory ? 'kept' : 'gone'}`)
    },
  )
  const slow: ThreadSide = { ...thread(() => Promise.resolve(undefined)), drop: () => gate.pass() }
  const old = manager.attach(slow)
  t.true(await old.home.reserve('rdd_1_0', 'on-heap', 600))
  t.true(await old.home.putObjects('rdd_1_0', StorageLevel.MEMORY_ONLY, 600))
  const other = manager.attach(thread(() => Promise.resolve(undefined)))
  const room = other.home.reserve('rdd_2_0', 'on-heap', 700)
  t.true(await other.home.reserve('rdd_1_0', 'on-heap', 100))
  t.true(await other.home.putObjects('rdd_1_0', StorageLevel.MEMORY_ONLY, 100))
  gate.open()
  t.true(await room)
  t.deepEqual(told, ['rdd_1_0 kept', 'rdd_1_0 gone', 'rdd_1_0 kept'])
  t.is(memory.use('on-heap').storageBytes, 800)
})

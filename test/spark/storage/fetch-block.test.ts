import test from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { MemoryManager } from '../../../src/spark/memory/index.ts'
import {
  BlockManager,
  StorageLevel,
  blockActor,
  type BlockCommand,
  type BlocksDone,
} from '../../../src/spark/storage/index.ts'
import { fetchBlock } from '../../../src/spark/storage/fetch-block.ts'
import { FetchPlans } from '../../../src/spark/storage/fetch-plans.ts'

const MEMORY_BYTES = 1 << 20
/** Of `spark.network.maxRemoteBlockSizeFetchToMem`, here. */
const MAX_BYTES = 300_000
const LONG_BYTES = 1_700_000

const block = Uint8Array.from({ length: LONG_BYTES }, (_, i) => (i * 31) % 253)

interface Place {
  readonly manager: BlockManager
  readonly memory: MemoryManager
  readonly plans: FetchPlans
  readonly blocks: ActorRef<BlockCommand>
  readonly list: () => Promise<readonly string[]>
}

/** An executor's blocks, in a directory of its own of one disk. */
async function place(kit: TestSystem, name: string): Promise<Place> {
  const { disk, log } = kit.system.environment
  const directory = `/${name}`
  await disk.makeDirectory(directory)
  const memory = new MemoryManager({
    usableBytes: MEMORY_BYTES,
    sparkBytes: MEMORY_BYTES,
    storageRegionBytes: MEMORY_BYTES / 2,
    userBytes: 0,
    offHeapBytes: 0,
    offHeapStorageRegionBytes: 0,
  })
  const options = { directory, disk, memory, log, maxBytesInMemory: MAX_BYTES }
  const network = {
    updated: () => {},
    fetch: () => Promise.resolve(undefined),
    replicate: () => Promise.resolve(),
  }
  const manager = new BlockManager({ ...options, network })
  const blocks = kit.spawn(
    blockActor({
      manager,
      removeShuffle: () => Promise.resolve(),
      forgetBroadcast: () => {},
      timeoutMs: 1000,
    }),
    name,
  )
  const list = async (): Promise<readonly string[]> =>
    (await disk.list(directory)).map(({ path }) => path)
  return { manager, memory, plans: new FetchPlans(options), blocks, list }
}

test('a block on disk that is larger than memory is served piece by piece, and fetched to disk', async (t) => {
  const kit = testSystem()
  const here = await place(kit, 'here')
  const there = await place(kit, 'there')
  t.true(await there.manager.keepBytes('rdd_1_0', StorageLevel.DISK_ONLY, [block]))
  const fetched = await kit.until(
    fetchBlock(there.blocks, 'rdd_1_0', 1000, here.plans.toRead('rdd_1_0')),
  )
  if (fetched?.type !== 'file') return t.fail()
  t.is(fetched.lengthBytes, LONG_BYTES)
  const bytes = await kit.system.environment.disk.readFile(fetched.path)
  t.is(Buffer.compare(bytes, block), 0)
  t.is(here.memory.use('on-heap').storageBytes, 0)
  // What is short comes to memory.
  await there.manager.keepBytes('rdd_1_1', StorageLevel.DISK_ONLY, [block.subarray(0, MAX_BYTES)])
  const short = await kit.until(
    fetchBlock(there.blocks, 'rdd_1_1', 1000, here.plans.toRead('rdd_1_1')),
  )
  t.is(short?.type, 'bytes')
})

test('a copy of a long block is kept on disk; one for memory that does not fit is not begun', async (t) => {
  const kit = testSystem()
  const here = await place(kit, 'here')
  const there = await place(kit, 'there')
  await there.manager.keepBytes('rdd_1_0', StorageLevel.DISK_ONLY_2, [block])
  let chunks = 0
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type === 'read-block') chunks += 1
    return 'deliver'
  })
  const copy = (name: string, level: StorageLevel): Promise<BlocksDone> =>
    kit.until(
      here.blocks.ask<BlocksDone>(
        (replyTo) => ({ type: 'copy-block', name, level, from: there.blocks, replyTo }),
        { timeoutMs: 1000 },
      ),
    )
  t.true((await copy('rdd_1_0', StorageLevel.DISK_ONLY_2)).done)
  t.true(chunks > 6)
  const source = await here.manager.sourceOf('rdd_1_0')
  t.is(source?.sizeBytes, LONG_BYTES)
  const end = (await source?.read(LONG_BYTES - 3, 10)) ?? new Uint8Array(0)
  t.is(Buffer.compare(end, block.subarray(LONG_BYTES - 3)), 0)
  await source?.close()
  t.is((await here.list()).length, 1)
  // It is there already: nothing is left of another.
  t.true((await copy('rdd_1_0', StorageLevel.DISK_ONLY_2)).done)
  t.is((await here.list()).length, 1)
  await here.manager.remove('rdd_1_0')
  t.deepEqual(await here.list(), [])
  chunks = 0
  t.false((await copy('rdd_1_0', StorageLevel.MEMORY_ONLY_SER_2)).done)
  t.is(chunks, 1)
})

test('a block that goes while it is fetched is absent, and leaves no file', async (t) => {
  const kit = testSystem()
  const here = await place(kit, 'here')
  const there = await place(kit, 'there')
  await there.manager.keepBytes('rdd_1_0', StorageLevel.DISK_ONLY, [block])
  let chunks = 0
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type !== 'read-block') return 'deliver'
    chunks += 1
    return chunks < 4 ? 'deliver' : 'drop'
  })
  const plan = here.plans.toRead('rdd_1_0')
  await t.throwsAsync(kit.until(fetchBlock(there.blocks, 'rdd_1_0', 1000, plan)), {
    code: 'TROUPE_ASK_TIMEOUT',
  })
  t.deepEqual(await here.list(), [])
})

import test from 'ava'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { refusal } from './connections.ts'

const BATCHES = new URL('./programs/batches.worker.js', import.meta.url)
const HOG = new URL('./programs/hog.worker.js', import.meta.url)

interface BatchesApi {
  grow(): number
}

interface HogApi {
  spin(): void
  hoard(): void
  litter(): number
}

const MEBIBYTE = 1 << 20

test('a blocked thread misses the deadline of a ping and is terminated all the same', async (t) => {
  const thread = nodeEnvironment().threads.start({ entry: HOG, data: undefined, name: 'spinner' })
  await thread.ping(10_000)
  const spinning = refusal(thread.control<HogApi>().call('spin', [], 60_000))
  const error = await refusal(thread.ping(50))
  t.is(error.code, 'TROUPE_PLATFORM_THREAD_DEADLINE')
  t.true(error.message.includes('spinner'))
  await thread.terminate()
  t.is((await spinning).code, 'TROUPE_PLATFORM_THREAD_EXITED')
})

test('a thread out of heap ends by itself and the process lives on', async (t) => {
  const thread = nodeEnvironment().threads.start({
    entry: HOG,
    data: undefined,
    maxHeapBytes: 24 * MEBIBYTE,
  })
  const hoarding = refusal(thread.control<HogApi>().call('hoard', [], 60_000))
  const exit = await thread.exited
  t.like(exit.error, { code: 'TROUPE_PLATFORM_THREAD_OUT_OF_HEAP' })
  t.is((await hoarding).code, 'TROUPE_PLATFORM_THREAD_EXITED')
})

test('new objects of a thread take no more than they may', async (t) => {
  const takes = async (maxYoungBytes?: number): Promise<number> => {
    const thread = nodeEnvironment().threads.start({
      entry: HOG,
      data: undefined,
      ...(maxYoungBytes !== undefined && { maxYoungBytes }),
    })
    const taken = await thread.control<HogApi>().call('litter', [], 60_000)
    await thread.terminate()
    return taken
  }
  t.true((await takes(6 * MEBIBYTE)) <= 6 * MEBIBYTE)
  t.true((await takes()) > 6 * MEBIBYTE)
})

test('a thread whose entry does not load ends with the reason', async (t) => {
  const entry = new URL('./programs/not-there.js', import.meta.url)
  const exit = await nodeEnvironment().threads.start({ entry, data: undefined }).exited
  t.is(exit.code, 1)
  t.true(exit.error instanceof Error && exit.error.message.includes('not-there.js'))
})

test('a thread that can not be started is refused at once', (t) => {
  const { threads } = nodeEnvironment()
  const unclonable = { entry: HOG, data: () => undefined }
  t.throws(() => threads.start(unclonable), { code: 'TROUPE_PLATFORM_THREAD_FAILED' })
  const elsewhere = { entry: new URL('https://127.0.0.1/x.js'), data: undefined }
  t.throws(() => threads.start(elsewhere), { code: 'TROUPE_PLATFORM_THREAD_FAILED' })
})

test('a thread without pretenuring makes its objects young, whatever has become of those before', async (t) => {
  const thread = nodeEnvironment().threads.start({
    entry: BATCHES,
    data: undefined,
    pretenuring: false,
  })
  t.teardown(() => thread.terminate())
  t.is(await thread.control<BatchesApi>().call('grow', [], 60_000), 0)
})

import { SERVICE, both } from './both.ts'
import { refusal } from './connections.ts'
import type { ServiceApi } from './programs/service.ts'

/** Collects what a port gets until there are `count`. */
function collect(
  port: { handle(handler: (value: unknown) => void): void },
  count: number,
): Promise<unknown[]> {
  const got: unknown[] = []
  return new Promise((resolve) =>
    port.handle((value) => {
      if (got.push(value) === count) resolve(got)
    }),
  )
}

both('bytes and values cross the data line in order', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  const got = collect(thread.port, 4)
  thread.port.post(Uint8Array.of(1, 2, 3))
  thread.port.postValue({ list: [1n, new Map([[1, 'one']])] })
  thread.port.post(new Uint8Array(100_000).subarray(10, 20))
  const handedOver = new Uint8Array(1000).fill(7)
  thread.port.post(handedOver)
  t.is(handedOver.byteLength, 0)
  t.deepEqual(await got, [
    Uint8Array.of(1, 2, 3),
    { list: [1n, new Map([[1, 'one']])] },
    new Uint8Array(10),
    new Uint8Array(1000).fill(7),
  ])
  await thread.terminate()
})

both('small bytes out of a shared pool leave the pool intact', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  const got = collect(thread.port, 1)
  const neighbour = Buffer.from('neighbour')
  thread.port.post(Buffer.from('pooled'))
  t.is(neighbour.toString(), 'neighbour')
  const [bytes] = await got
  t.deepEqual(bytes, new TextEncoder().encode('pooled'))
  await thread.terminate()
})

both('the control line calls what the thread exposes', async (t, place) => {
  const data = { word: 'start', bytes: Uint8Array.of(1) }
  const thread = place.environment().threads.start({ entry: SERVICE, data })
  await thread.ping(10_000)
  const control = thread.control<ServiceApi>()
  t.is(await control.call('add', [2, 3], 10_000), 5)
  t.deepEqual(await control.call('startData', [], 10_000), data)
  await thread.terminate()
})

both('a control call that fails says why, with the code and the cause', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  const control = thread.control<ServiceApi & { nothing(): void }>()
  const thrown = await refusal(control.call('failCoded', [], 10_000))
  t.is(thrown.code, 'TROUPE_PLATFORM_CONTROL_FAILED')
  t.like(thrown.cause, { name: 'RangeError', message: 'out of reach', code: 'OUT_OF_REACH' })
  t.true((await refusal(control.call('fail', [], 10_000))).message.includes('JSON'))
  const unknown = await refusal(control.call('nothing', [], 10_000))
  t.is(unknown.code, 'TROUPE_PLATFORM_CONTROL_UNKNOWN')
  const unsendable = await refusal(control.call('unsendable', [], 10_000))
  t.is(unsendable.code, 'TROUPE_PLATFORM_CONTROL_FAILED')
  const unsent = await refusal(control.call('add', [1, (() => 1) as unknown as number], 10_000))
  t.is(unsent.code, 'TROUPE_PLATFORM_CONTROL_FAILED')
  await thread.terminate()
})

both('calls to a thread that has ended, or ends, are refused', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  const pending = refusal(thread.control<ServiceApi>().call('add', [1, 2], 60_000))
  const terminated = thread.terminate()
  t.is((await pending).code, 'TROUPE_PLATFORM_THREAD_EXITED')
  await terminated
  t.is((await refusal(thread.ping(60_000))).code, 'TROUPE_PLATFORM_THREAD_EXITED')
  t.is((await thread.exited).error, undefined)
})

both('an uncaught error ends a thread and is told with its code', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  await thread.control<ServiceApi>().call('throwLater', [], 10_000)
  const exit = await thread.exited
  t.is(exit.code, 1)
  t.like(exit.error, { name: 'TypeError', message: 'nobody catches this', code: 'UNCAUGHT' })
})

both('all that a thread sent arrives before its exit is told', async (t, place) => {
  const thread = place.environment().threads.start({ entry: SERVICE, data: undefined })
  const got: unknown[] = []
  thread.port.handle((value) => got.push(value))
  const call = refusal(thread.control<ServiceApi>().call('postAndExit', [3000, 5], 10_000))
  const exit = await thread.exited
  t.deepEqual(exit, { code: 5, error: undefined })
  t.is(got.length, 3000)
  t.is((await call).code, 'TROUPE_PLATFORM_THREAD_EXITED')
})

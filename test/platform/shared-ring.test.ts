import test from 'ava'
import fc from 'fast-check'
import { nodeEnvironment } from '../../src/platform/index.ts'
import type { ThreadOptions } from '../../src/platform/index.ts'
import { SharedRing } from '../../src/platform/node/shared-ring.ts'
import { SERVICE } from './both.ts'
import { refusal } from './connections.ts'
import type { ServiceApi } from './programs/service.ts'

type Step =
  | { readonly type: 'write'; readonly length: number }
  | { readonly type: 'mark' }
  | { readonly type: 'drain' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), length: fc.nat(28) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'mark' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'drain' as const }) },
)

test('a ring hands over what it took, in order, wherever it wraps', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const buffer = SharedRing.allocate(64)
      const producer = new SharedRing(buffer)
      const consumer = new SharedRing(buffer)
      const expected: (number[] | 'mark')[] = []
      const got: (number[] | 'mark')[] = []
      let next = 0
      const drain = (): void => {
        consumer.drain(
          (bytes) => got.push([...bytes]),
          () => got.push('mark') > 0,
        )
        consumer.release()
      }
      for (const { type, ...rest } of steps) {
        if (type === 'drain') drain()
        else if (type === 'mark') {
          if (producer.writeMark()) expected.push('mark')
        } else {
          const { length } = rest as { length: number }
          const bytes = Uint8Array.from({ length }, () => next++ & 0xff)
          if (producer.write(bytes)) expected.push([...bytes])
          else t.true(!consumer.isEmpty)
        }
        producer.publish()
      }
      drain()
      t.deepEqual(got, expected)
      t.true(consumer.isEmpty)
    }),
    { numRuns: 200 },
  )
})

test('an empty ring takes a frame of its largest size wherever it stands', (t) => {
  const buffer = SharedRing.allocate(256)
  const producer = new SharedRing(buffer)
  const consumer = new SharedRing(buffer)
  for (let round = 0; round < 300; round += 1) {
    t.true(
      producer.write(new Uint8Array(round % 2 === 0 ? producer.largestFrameBytes : round % 50)),
    )
    producer.publish()
    t.is(
      consumer.drain(
        () => undefined,
        () => false,
      ),
      1,
    )
    consumer.release()
  }
})

test('a parked consumer is owed one bell, a running one none', (t) => {
  const buffer = SharedRing.allocate(64)
  const producer = new SharedRing(buffer)
  const consumer = new SharedRing(buffer)
  producer.write(Uint8Array.of(1))
  t.true(producer.publish())
  producer.write(Uint8Array.of(2))
  t.false(producer.publish())
  t.false(consumer.park())
  const drain = (): number =>
    consumer.drain(
      () => undefined,
      () => false,
    )
  t.is(drain(), 2)
  t.false(consumer.release())
  t.true(consumer.park())
  producer.wait()
  t.true(consumer.release())
  t.false(consumer.release())
})

function start(options: Partial<ThreadOptions>) {
  return nodeEnvironment().threads.start({ entry: SERVICE, data: 0, line: 'ring', ...options })
}

test('bytes, values and frames too large for the ring keep their order', async (t) => {
  const thread = start({ ringBytes: 1024, spinMs: 0.02 })
  const expected: unknown[] = []
  const got: unknown[] = []
  const all = new Promise<void>((resolve) =>
    thread.port.handle((value) => {
      if (got.push(value) === 400) resolve()
    }),
  )
  for (let at = 0; at < 400; at += 1) {
    if (at % 7 === 3) {
      expected.push({ at })
      thread.port.postValue({ at })
    } else {
      const length = at % 11 === 5 ? 5000 : 1 + (at % 90)
      expected.push(new Uint8Array(length).fill(at))
      thread.port.post(new Uint8Array(length).fill(at))
    }
  }
  await all
  t.deepEqual(got, expected)
  await thread.terminate()
})

test('a flood far larger than the ring comes back whole', async (t) => {
  const thread = start({ ringBytes: 4096 })
  const count = 20_000
  let sum = 0
  let got = 0
  const all = new Promise<void>((resolve) =>
    thread.port.handle((value) => {
      const { buffer, byteOffset } = value as Uint8Array<ArrayBuffer>
      sum += new DataView(buffer, byteOffset).getUint32(0)
      got += 1
      if (got === count) resolve()
    }),
  )
  for (let at = 0; at < count; at += 1) {
    const bytes = new Uint8Array(16)
    new DataView(bytes.buffer).setUint32(0, at)
    thread.port.post(bytes)
  }
  await all
  t.is(sum, (count * (count - 1)) / 2)
  await thread.terminate()
})

test('one frame at a time goes round, with and without looking on', async (t) => {
  for (const spinMs of [0, 0.05]) {
    const thread = start({ spinMs })
    let rounds = 0
    const done = new Promise<void>((resolve) =>
      thread.port.handle((value) => {
        rounds += 1
        if (rounds === 500) resolve()
        else thread.port.post(value as Uint8Array)
      }),
    )
    thread.port.post(new Uint8Array(40))
    await done
    t.is(rounds, 500)
    await thread.terminate()
  }
})

test('all that a thread sent over a ring arrives before its exit is told', async (t) => {
  const thread = start({})
  let got = 0
  thread.port.handle(() => (got += 1))
  const call = refusal(thread.control<ServiceApi>().call('postAndExit', [3000, 5], 10_000))
  t.deepEqual(await thread.exited, { code: 5, error: undefined })
  t.is(got, 3000)
  t.is((await call).code, 'TROUPE_PLATFORM_THREAD_EXITED')
})

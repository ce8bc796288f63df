import test from 'ava'
import { memoryEnvironment, nodeEnvironment } from '../../../src/platform/index.ts'
import { allOf, bytes } from './logs.ts'

const kafka = { type: 'kafka', brokers: ['kafka:9092'] } as const

test('a Kafka that nobody runs is unreachable', async (t) => {
  const settings = { type: 'kafka', brokers: ['127.0.0.1:1'], timeoutMs: 20_000 } as const
  await t.throwsAsync(nodeEnvironment().eventLogs.open(settings), {
    code: 'TROUPE_PLATFORM_EVENTS_UNREACHABLE',
    message: /^The event log at 127\.0\.0\.1:1 can't be reached \(.*ECONNREFUSED/,
  })
})

test('a simulated Kafka is away, late, or silent about what it has done, as judges say', (t) => {
  const world = memoryEnvironment()
  const { eventLogs } = world.environment()
  const run = async (): Promise<void> => {
    const end = world.interposeEventLogs(() => ({ type: 'unreachable', reason: 'it is down' }))
    await t.throwsAsync(eventLogs.open(kafka), { code: 'TROUPE_PLATFORM_EVENTS_UNREACHABLE' })
    end()
    const log = await eventLogs.open(kafka)
    await log.makeTopic('events')
    for (const [type, code, events] of [
      ['unreachable', 'TROUPE_PLATFORM_EVENTS_UNREACHABLE', 0],
      ['unanswered', 'TROUPE_PLATFORM_EVENTS_UNANSWERED', 1],
      ['refused', 'TROUPE_PLATFORM_EVENTS_REFUSED', 1],
    ] as const) {
      const mend = world.interposeEventLogs((operation, topic) =>
        operation === 'append' && topic === 'events' ? { type, reason: 'told' } : undefined,
      )
      await t.throwsAsync(log.append('events', [{ value: bytes('one') }]), { code })
      t.is((await allOf(log, 'events')).flat().length, events)
      mend()
    }
    const mend = world.interposeEventLogs(() => ({ type: 'late', byMs: 700 }))
    const sinceMs = world.clock.now()
    await log.append('events', [{ value: bytes('two') }])
    t.is(world.clock.now() - sinceMs, 700)
    mend()
    // All nodes see the one cluster.
    const other = await world.environment('other').eventLogs.open(kafka)
    t.is((await allOf(other, 'events')).flat().length, 2)
  }
  return world.until(run())
})

test('an embedded log that is logged to outlives its process, and the power of its machine', (t) => {
  const world = memoryEnvironment()
  const settings = { type: 'embedded', directory: '/log' } as const
  const run = async (): Promise<void> => {
    const first = await world.environment('node', { machine: 'one' }).eventLogs.open(settings)
    await first.makeTopic('events')
    await first.append('events', [{ value: bytes('one') }])
    await t.throwsAsync(world.environment('rival', { machine: 'one' }).eventLogs.open(settings), {
      code: 'TROUPE_PLATFORM_STORE_FAILED',
    })
    world.crash('one', { disk: 'torn' })
    const again = await world.environment('node', { machine: 'one' }).eventLogs.open(settings)
    t.is((await allOf(again, 'events')).flat().length, 1)
    t.deepEqual(await again.append('events', [{ value: bytes('two') }]), [
      { partition: 0, offset: 1 },
    ])
  }
  return world.until(run())
})

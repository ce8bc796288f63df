import { anything } from '../../../src/actors/index.ts'
import test from 'ava'
import type { ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  sessionServer,
  type SessionPulse,
  type SessionServerMessage,
} from '../../../src/mesos/session/index.ts'

interface Call {
  readonly type: 'CALL'
}
interface Event {
  readonly type: 'EVENT' | 'BEAT'
}

interface World {
  readonly kit: TestSystem
  readonly subscriber: TestProbe<Event | SessionPulse>
  readonly session: ActorRef<SessionServerMessage<Call, Event>>
  readonly calls: Call[]
}

function world(leaseMs = 3000): World {
  const kit = testSystem()
  const subscriber = kit.probe<Event | SessionPulse>('subscriber')
  const calls: Call[] = []
  const session = kit.spawn(
    sessionServer<Call, Event>({
      subscriber: subscriber.ref,
      onCall: (call) => calls.push(call),
      isCall: anything,
      leaseMs,
      pulseMs: 1000,
      heartbeat: { event: { type: 'BEAT' }, everyMs: 2500, after: 'EVENT' },
    }),
  )
  return { kit, subscriber, session, calls }
}

test('calls go up, events go down, and pulses count them', async (t) => {
  const { session, subscriber, calls } = world()
  session.tell({ type: 'CALL' })
  session.tell({ type: 'deliver', event: { type: 'EVENT' } })
  await subscriber.expectMessage({ type: 'EVENT' })
  await subscriber.expectMessage({ type: 'session-pulse', sent: 1 })
  t.is(calls.length, 1)
})

test('heartbeats follow the event that begins them', async (t) => {
  const { kit, session, subscriber } = world(60_000)
  const beats = (): number => subscriber.messages.filter(({ type }) => type === 'BEAT').length
  await kit.advance(10_000)
  t.is(beats(), 0)
  session.tell({ type: 'deliver', event: { type: 'EVENT' } })
  await kit.advance(5000)
  t.is(beats(), 2)
})

test('a session ends with its subscriber', async (t) => {
  const { kit, session, subscriber } = world()
  const watcher = kit.probe()
  watcher.watch(session)
  await kit.until(kit.system.stop(subscriber.ref))
  t.is((await watcher.expectTerminated(session)).reason, 'stopped')
})

test('a session ends when its client is silent; pulses and calls count as signs of life', async (t) => {
  const { kit, session } = world()
  const watcher = kit.probe()
  watcher.watch(session)
  await watcher.expectNoMessage(2000)
  session.tell({ type: 'session-pulse', sent: 0 })
  await watcher.expectNoMessage(2000)
  session.tell({ type: 'CALL' })
  await watcher.expectNoMessage(2999)
  t.is((await watcher.expectTerminated(session)).reason, 'stopped')
})

test('a session ends when a call was lost on the way', async (t) => {
  const { kit, session } = world()
  const watcher = kit.probe()
  session.tell({ type: 'CALL' })
  session.tell({ type: 'session-pulse', sent: 2 })
  t.is((await watcher.expectTerminated(session)).reason, 'stopped')
})

test('a session that is closed delivers first what was given to it', async (t) => {
  const { kit, session, subscriber } = world()
  session.tell({ type: 'deliver', event: { type: 'EVENT' } })
  session.tell({ type: 'close' })
  await subscriber.expectMessage({ type: 'EVENT' })
  const watcher = kit.probe()
  await watcher.expectTerminated(session)
  t.pass()
})

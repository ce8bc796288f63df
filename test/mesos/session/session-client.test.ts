import test from 'ava'
import { aText, receive, type ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  sessionClient,
  type SessionClientMessage,
  type SessionNotice,
  type SessionPulse,
} from '../../../src/mesos/session/index.ts'

type Line = string | SessionPulse

interface World {
  readonly kit: TestSystem
  readonly owner: TestProbe<SessionNotice<string>>
  readonly client: ActorRef<SessionClientMessage<string>>
  /** Connection by connection, oldest first: where events go, and where calls come. */
  readonly subscribers: ActorRef<Line>[]
  readonly sessions: TestProbe<Line>[]
}

async function world(leaseMs?: number): Promise<World> {
  const kit = testSystem()
  const owner = kit.probe<SessionNotice<string>>('owner')
  const subscribers: ActorRef<Line>[] = []
  const sessions: TestProbe<Line>[] = []
  const client = kit.spawn(
    sessionClient<string, string>(
      {
        open: (subscriber) => {
          const session = kit.probe<Line>()
          subscribers.push(subscriber)
          sessions.push(session)
          return Promise.resolve(session.ref)
        },
        isEvent: aText,
        ...(leaseMs !== undefined && { leaseMs }),
      },
      owner.ref,
    ),
  )
  await owner.expectMessage({ type: 'session-opened' })
  return { kit, owner, client, subscribers, sessions }
}

test('calls go to the session, events come from it, and pulses count them', async (t) => {
  const { client, owner, subscribers, sessions } = await world()
  client.tell({ type: 'call', call: 'hello' })
  await sessions[0]?.expectMessage('hello')
  subscribers[0]?.tell('welcome')
  await owner.expectMessage({ type: 'session-event', event: 'welcome' })
  await sessions[0]?.expectMessage({ type: 'session-pulse', sent: 1 })
  subscribers[0]?.tell({ type: 'session-pulse', sent: 1 })
  await owner.expectNoMessage(10_000)
  t.is(sessions.length, 1)
})

test('when the server ends the session, the next one is opened', async (t) => {
  const { kit, owner, sessions, client } = await world()
  await kit.until(kit.system.stop(sessions[0]?.ref ?? client))
  t.is((await owner.receive()).type, 'session-closed')
  client.tell({ type: 'call', call: 'lost' })
  await owner.expectMessage({ type: 'session-opened' })
  client.tell({ type: 'call', call: 'again' })
  await sessions[1]?.expectMessage('again')
})

test('the server sees the end of a connection, and its late events are not mixed with the next', async (t) => {
  const { owner, subscribers, client, kit } = await world()
  const [first = client] = subscribers
  const watcher = kit.probe()
  watcher.watch(first)
  client.tell({ type: 'reopen', reason: 'wanted' })
  await owner.expectMessage({ type: 'session-closed', reason: 'wanted' })
  await watcher.expectTerminated(first)
  subscribers[0]?.tell('late')
  await owner.expectMessage({ type: 'session-opened' })
  subscribers[1]?.tell('early')
  t.deepEqual(await owner.receive(), { type: 'session-event', event: 'early' })
})

test('an event that was lost on the way ends the session', async (t) => {
  const { owner, subscribers } = await world()
  subscribers[0]?.tell('first')
  subscribers[0]?.tell({ type: 'session-pulse', sent: 2 })
  t.is((await owner.receive()).type, 'session-event')
  await owner.expectMessage({
    type: 'session-closed',
    reason: 'messages of the server were lost on the way',
  })
  await owner.expectMessage({ type: 'session-opened' })
  subscribers[1]?.tell('afresh')
  subscribers[1]?.tell({ type: 'session-pulse', sent: 1 })
  await owner.expectMessage({ type: 'session-event', event: 'afresh' })
  await owner.expectNoMessage(5000)
})

test('a server that is silent past the lease is left; pulses count as signs of life', async (t) => {
  const { owner, subscribers } = await world(3000)
  await owner.expectNoMessage(2000)
  subscribers[0]?.tell({ type: 'session-pulse', sent: 0 })
  await owner.expectNoMessage(2999)
  t.deepEqual(await owner.receive(), {
    type: 'session-closed',
    reason: 'the server was silent for 3000 ms',
  })
})

test('a lease may be set later', async (t) => {
  const { owner, client } = await world()
  await owner.expectNoMessage(60_000)
  client.tell({ type: 'set-lease', leaseMs: 50 })
  t.is((await owner.receive(100)).type, 'session-closed')
})

test('waits grow from the first to the longest, and start over after a session', async (t) => {
  const kit = testSystem()
  const owner = kit.probe<SessionNotice<string>>('owner')
  let refusals = 8
  kit.spawn(
    sessionClient<string, string>(
      {
        open: () => {
          if (refusals === 0) {
            refusals = 1
            return Promise.resolve(kit.spawn(receive<Line>((_, ctx) => ctx.stop())))
          }
          refusals--
          return Promise.reject(new RangeError('refused'))
        },
        isEvent: aText,
        firstDelayMs: 100,
        longestDelayMs: 5000,
      },
      owner.ref,
    ),
  )
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    const notice = await owner.receive(10_000)
    if (notice.type === 'session-failed') waits.push(notice.delayMs)
  }
  t.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000])
  t.is((await owner.receive(10_000)).type, 'session-opened')
  t.is((await owner.receive(10_000)).type, 'session-closed')
  t.like(await owner.receive(10_000), { type: 'session-failed', reason: 'refused', delayMs: 100 })
})

import test from 'ava'
import { receive, type ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  sessionClient,
  type SessionClientMessage,
  type SessionNotice,
} from '../../../src/mesos/session/index.ts'

interface Served {
  readonly subscriber: ActorRef<string>
  readonly session: TestProbe<string>
}

interface World {
  readonly kit: TestSystem
  readonly owner: TestProbe<SessionNotice<string>>
  readonly client: ActorRef<SessionClientMessage<string>>
  /** The connections that were opened, oldest first. */
  readonly served: Served[]
}

function world(leaseMs?: number): World {
  const kit = testSystem()
  const owner = kit.probe<SessionNotice<string>>('owner')
  const served: Served[] = []
  return {
    kit,
    owner,
    served,
    client: kit.spawn(
      sessionClient<string, string>(
        {
          open: (subscriber) => {
            const session = kit.probe<string>()
            served.push({ subscriber, session })
            return Promise.resolve(session.ref)
          },
          heartbeat: { call: 'heartbeat', everyMs: 1000 },
          ...(leaseMs !== undefined && { leaseMs }),
        },
        owner.ref,
      ),
    ),
  }
}

test('calls go to the session, events come from it', async (t) => {
  const { client, owner, served } = world()
  await owner.expectMessage({ type: 'session-opened' })
  client.tell({ type: 'call', call: 'hello' })
  await served[0]?.session.expectMessage('hello')
  served[0]?.subscriber.tell('welcome')
  await owner.expectMessage({ type: 'session-event', event: 'welcome' })
  await served[0]?.session.expectMessage('heartbeat')
  t.is(served.length, 1)
})

test('when the server ends the session, the next one is opened', async (t) => {
  const { kit, owner, served, client } = world()
  await owner.expectMessage({ type: 'session-opened' })
  await kit.until(kit.system.stop(served[0]?.session.ref ?? client))
  t.is((await owner.receive()).type, 'session-closed')
  client.tell({ type: 'call', call: 'lost' })
  await owner.expectMessage({ type: 'session-opened' })
  client.tell({ type: 'call', call: 'again' })
  await served[1]?.session.expectMessage('again')
})

test('the server sees the end of a connection, and its late events are not mixed with the next', async (t) => {
  const { owner, served, client, kit } = world()
  await owner.expectMessage({ type: 'session-opened' })
  const watcher = kit.probe()
  watcher.watch(served[0]?.subscriber ?? client)
  client.tell({ type: 'reopen', reason: 'wanted' })
  await owner.expectMessage({ type: 'session-closed', reason: 'wanted' })
  await watcher.expectTerminated(served[0]?.subscriber ?? client)
  served[0]?.subscriber.tell('late')
  await owner.expectMessage({ type: 'session-opened' })
  served[1]?.subscriber.tell('early')
  t.deepEqual(await owner.receive(), { type: 'session-event', event: 'early' })
})

test('a server that is silent past the lease is left', async (t) => {
  const { owner, served } = world(3000)
  await owner.expectMessage({ type: 'session-opened' })
  served[0]?.subscriber.tell('alive')
  t.is((await owner.receive()).type, 'session-event')
  await owner.expectNoMessage(2999)
  t.deepEqual(await owner.receive(), {
    type: 'session-closed',
    reason: 'the server was silent for 3000 ms',
  })
})

test('a lease may be set later', async (t) => {
  const { owner, client } = world()
  await owner.expectMessage({ type: 'session-opened' })
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
            return Promise.resolve(kit.spawn(receive<string>((_, ctx) => ctx.stop())))
          }
          refusals--
          return Promise.reject(new RangeError('refused'))
        },
        heartbeat: { call: 'stop', everyMs: 10 },
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

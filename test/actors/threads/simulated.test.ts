import test from 'ava'
import {
  ActorSystem,
  ledgerImbalance,
  receive,
  runThread,
  setup,
  startNode,
  threadPool,
} from '../../../src/actors/index.ts'
import type { ActorRef, ChildFailed } from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type { Environment, MemoryWorld } from '../../../src/platform/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'

const ENTRY = new URL('memory:pool-thread.js')

function newWorld(): MemoryWorld {
  return memoryEnvironment({
    threads: {
      [ENTRY.href]: (environment: Environment) => {
        runThread(environment)
      },
    },
  })
}

const get = (child: ActorRef<CounterMessage>): Promise<number> =>
  child.ask<number>((replyTo) => ({ type: 'Get', replyTo }))

test('a pool runs in memory as well: placement, failure, directive', async (t) => {
  const world = newWorld()
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  const pool = threadPool(system, { size: 2, entry: ENTRY })
  const failures: ChildFailed[] = []
  system.eventStream.subscribe('ChildFailed', (failure) => failures.push(failure))
  const children = [1, 2, 3, 4].map((from) =>
    system.spawn(counter({ from }), undefined, { placement: pool }),
  )
  t.deepEqual(await world.until(Promise.all(children.map(get))), [1, 2, 3, 4])
  t.deepEqual(
    pool.threads.map((thread) => thread.children),
    [2, 2],
  )
  children[0]?.tell({ type: 'Add', n: 10 })
  children[0]?.tell({ type: 'Fail', how: 'coded' })
  t.deepEqual(await world.until(Promise.all(children.map(get))), [1, 2, 3, 4])
  t.is(failures.length, 1)
  t.is(ledgerImbalance(system.ledger()), 0)
  await world.until(system.terminate())
  t.is(world.nodes().filter(({ isAlive }) => isAlive).length, 1)
})

test('a pool whose threads die again and again waits longer and longer, then escalates', async (t) => {
  const world = memoryEnvironment({
    threads: {
      [ENTRY.href]: () => {
        throw new TypeError('never fit to run')
      },
    },
  })
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  threadPool(system, { size: 1, entry: ENTRY })
  const failures: ChildFailed[] = []
  system.eventStream.subscribe('ChildFailed', (failure) => {
    if (failure.path.endsWith('thread-1')) failures.push(failure)
  })
  await world.advance(59_000)
  t.deepEqual(
    failures
      .slice(0, 11)
      .map(({ delayMs, directive }) => (directive === 'restart' ? delayMs : directive)),
    [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 'escalate'],
  )
  t.regex(String(failures[0]?.error), /never fit to run/)
})

test('an actor in a thread is reached from another node, and asks through both links', async (t) => {
  const world = newWorld()
  const a = ActorSystem.create('a', { environment: world.environment('a') })
  const b = ActorSystem.create('b', { environment: world.environment('b') })
  const nodeA = await world.until(startNode(a, { host: 'a', secret: 's' }))
  const nodeB = await world.until(startNode(b, { host: 'b', secret: 's' }))
  const pool = threadPool(b, { size: 1, entry: ENTRY })
  b.spawn(
    setup<{ replyTo: ActorRef<ActorRef<CounterMessage>> }>((ctx) => {
      const child = ctx.spawn(counter({ from: 7 }), 'deep', { placement: pool })
      return receive(({ replyTo }) => {
        replyTo.tell(child)
      })
    }),
    'door',
  )
  const peer = await world.until(nodeA.join(`b:${String(nodeB.address?.port)}`))
  const door = await world.until(
    peer.resolve<{ replyTo: ActorRef<ActorRef<CounterMessage>> }>('/user/door'),
  )
  const deep = await world.until(door.ask<ActorRef<CounterMessage>>((replyTo) => ({ replyTo })))
  for (let n = 0; n < 50; n++) {
    deep.tell({ type: 'Add', n: 1 })
    t.is(await world.until(get(deep)), 8 + n)
  }
  const self = await world.until(
    deep.ask<ActorRef<CounterMessage>>((replyTo) => ({ type: 'Self', replyTo })),
  )
  t.is(self, deep)
  // Each ask went through b by a number that is good for one message.
  t.true(b.core.exports.size <= 4)
})

test('closing a pool ends the children that live there, without a word to strategies', async (t) => {
  const world = newWorld()
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  const pool = threadPool(system, { size: 2, entry: ENTRY })
  const failures: ChildFailed[] = []
  system.eventStream.subscribe('ChildFailed', (failure) => failures.push(failure))
  const child = system.spawn(counter({ from: 1 }), 'child', { placement: pool })
  t.is(await world.until(get(child)), 1)
  await world.until(pool.close())
  t.is(system.find('/user/child'), undefined)
  t.deepEqual(failures, [])
  t.deepEqual(pool.threads, [])
})

import test from 'ava'

import { receive, setup, stateful, unhandled } from '../../src/actors/index.ts'
import type { ActorRef } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import { oneForOne } from '../../src/supervision/index.ts'

const plain = { interception: false }

test('messages from one sender to one receiver keep their order', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<number>()
  const sender = kit.spawn(
    receive<string>(() => {
      for (let n = 0; n < 1_000; n++) probe.ref.tell(n)
    }),
  )
  sender.tell('go')
  t.deepEqual(
    await probe.receiveMany(1_000),
    Array.from({ length: 1_000 }, (_, n) => n),
  )
})

test('an actor handles one message at a time, and a promise suspends it alone', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  const slow = kit.spawn(
    receive<string>(async (message) => {
      log.push(`begin ${message}`)
      await gate.pass()
      log.push(`end ${message}`)
    }),
  )
  const other = kit.spawn(receive<string>((message) => void log.push(`other ${message}`)))
  slow.tell('a')
  slow.tell('b')
  other.tell('x')
  await kit.settle()
  t.deepEqual(log, ['begin a', 'other x'])
  gate.release()
  await kit.settle()
  t.deepEqual(log, ['begin a', 'other x', 'end a', 'begin b'])
  gate.open()
  await kit.settle()
  t.deepEqual(log.slice(4), ['end b'])
  t.true(kit.ledgerBalanced())
})

test('a bare function of state and message is a behavior', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<number>()
  const counter = kit.spawn((count: number | undefined, step: number) => {
    const next = (count ?? 0) + step
    probe.ref.tell(next)
    return next
  })
  for (const step of [1, 10, 100]) counter.tell(step)
  t.deepEqual(await probe.receiveMany(3), [1, 11, 111])
})

test('a stateful behavior may answer with a promise of its next state', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<number>()
  const counter = kit.spawn(
    stateful(0, async (count, step: number) => {
      await Promise.resolve()
      probe.ref.tell(count + step)
      return count + step
    }),
  )
  counter.tell(2)
  counter.tell(3)
  t.deepEqual(await probe.receiveMany(2), [2, 5])
  t.is(kit.system.ledger().handled, 4)
})

test('messages to an actor that has stopped are dead letters with reason stopped', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(
    receive<string>(() => undefined),
    'gone',
  )
  await kit.until(kit.system.stop(actor))
  actor.tell('hello')
  t.deepEqual(kit.events.of('DeadLetter'), [
    {
      type: 'DeadLetter',
      message: 'hello',
      recipient: 'troupe://test/user/gone',
      reason: 'stopped',
    },
  ])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 1 })
  t.true(kit.ledgerBalanced())
})

test('messages that still wait when their actor stops are dead letters', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(receive<string>(() => undefined))
  actor.tell('waits')
  void kit.system.kill(actor)
  await kit.settle()
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message }) => message),
    ['waits'],
  )
  t.true(kit.ledgerBalanced())
})

test('a message that means nothing to its receiver is counted as unhandled', async (t) => {
  const kit = testSystem(plain)
  const byReturn = kit.spawn(receive<string>(() => unhandled))
  const byCall = kit.spawn(
    stateful(0, (state, _message: string, ctx) => {
      ctx.unhandled()
      return state
    }),
  )
  byReturn.tell('?')
  byCall.tell('?')
  await kit.settle()
  t.deepEqual(kit.system.ledger().dropped, { unhandled: 2 })
  t.is(kit.system.ledger().handled, 0)
  t.is(kit.events.of('DeadLetter').length, 2)
  t.true(kit.ledgerBalanced())
})

test('an adapter translates messages of another protocol, in order with the rest', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  let adapter: ActorRef<number> | undefined
  const actor = kit.spawn(
    receive<string>((message, ctx) => {
      if (message === 'adapt') adapter = ctx.adapter<number>((n) => `number ${String(n)}`)
      else probe.ref.tell(message)
    }),
  )
  actor.tell('adapt')
  await kit.settle()
  adapter?.tell(1)
  actor.tell('two')
  adapter?.tell(3)
  t.deepEqual(await probe.receiveMany(3), ['number 1', 'two', 'number 3'])
})

test('an adapter that throws is a failure of its actor, never of the sender', async (t) => {
  const kit = testSystem(plain)
  let adapter: ActorRef<number> | undefined
  const actor = kit.spawn(
    receive<string>((_message, ctx) => {
      adapter = ctx.adapter<number>(() => {
        throw new TypeError('untranslatable')
      })
    }),
  )
  actor.tell('adapt')
  await kit.settle()
  t.notThrows(() => adapter?.tell(1))
  await kit.settle()
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ directive }) => directive),
    ['restart'],
  )
  t.is(kit.system.ledger().failed, 1)
  t.true(kit.ledgerBalanced())
})

test('an adapter ends with its actor: it can be watched, and what it gets then is a dead letter', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  let adapter: ActorRef<number> | undefined
  const actor = kit.spawn(
    receive<string>((_message, ctx) => {
      adapter = ctx.adapter<number>(String)
    }),
  )
  actor.tell('adapt')
  await kit.settle()
  if (adapter !== undefined) probe.watch(adapter)
  await kit.until(kit.system.stop(actor))
  adapter?.tell(7)
  await kit.settle()
  t.deepEqual(
    probe.notices.map(({ reason }) => reason),
    ['stopped'],
  )
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [[7, 'stopped']],
  )
  t.true(kit.ledgerBalanced())
})

test('actors that get work at the same time have their turns in that order, however many', async (t) => {
  const kit = testSystem(plain)
  const order: number[] = []
  const actors = Array.from({ length: 1_000 }, (_, n) =>
    kit.spawn(
      receive<number>((left, ctx) => {
        order.push(n)
        if (left > 0) ctx.self.tell(left - 1)
      }),
    ),
  )
  // Rounds of different sizes move the queue's ends past each other while it grows.
  for (const size of [40, 100, 1_000]) {
    order.length = 0
    for (const actor of actors.slice(0, size)) actor.tell(2)
    await kit.settle()
    const round = Array.from({ length: size }, (_, n) => n)
    t.true(order.length === 3 * size)
    t.deepEqual(
      order.slice(0, size).sort((a, b) => a - b),
      order.slice(0, size),
      'in their order',
    )
    t.deepEqual(
      [...order].sort((a, b) => a - b),
      round.flatMap((n) => [n, n, n]),
    )
  }
})

test('after a slice of 65,536 messages the event loop has its turn', async (t) => {
  const kit = testSystem(plain)
  let handled = 0
  let handledAtTurn = 0
  const actor = kit.spawn(
    receive<string>((message, ctx) => {
      handled++
      if (handled < 200_000) ctx.self.tell(message)
    }),
  )
  actor.tell('on')
  kit.system.environment.turns.macrotask(() => {
    handledAtTurn = handled
  })
  await kit.settle()
  t.is(handled, 200_000)
  t.true(handledAtTurn <= 65_536 + 256, String(handledAtTurn))
})

test('pipeToSelf turns the outcome of a promise into a message', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  const actor = kit.spawn(
    receive<string>((message, ctx) => {
      if (message !== 'go') {
        probe.ref.tell(message)
        return
      }
      ctx.pipeToSelf(Promise.resolve('value'), (value) => `got ${String(value)}`)
      ctx.pipeToSelf(Promise.reject(new TypeError('no')), (_value, error) =>
        error instanceof TypeError ? `failed: ${error.message}` : 'lost',
      )
    }),
  )
  actor.tell('go')
  t.deepEqual([...(await probe.receiveMany(2))].sort(), ['failed: no', 'got value'])
})

test('an event listener that throws harms nobody', async (t) => {
  const kit = testSystem(plain)
  kit.system.eventStream.subscribe('DeadLetter', () => {
    throw new TypeError('bad listener')
  })
  const actor = kit.spawn(receive<string>(() => unhandled))
  actor.tell('one')
  actor.tell('two')
  await kit.settle()
  t.is(kit.events.of('DeadLetter').length, 2)
  t.is(kit.world.logEntries.filter(({ level }) => level === 'error').length, 2)
})

test('a translation that throws while its actor waits for a restart costs no second one', async (t) => {
  const kit = testSystem()
  let adapter: ActorRef<number> | undefined
  const child = setup<string>((ctx) => {
    adapter = ctx.adapter<number>(() => {
      throw new TypeError('untranslatable')
    })
    return receive(() => {
      throw new TypeError('crashed')
    })
  })
  kit.spawn(
    setup<string>((ctx) => {
      ctx.spawn(child).tell('crash')
      return receive(() => undefined)
    }),
    'parent',
    { supervision: oneForOne({ maxRestarts: 1, backoff: { minMs: 100, maxMs: 100 } }) },
  )
  await kit.settle()
  adapter?.tell(1)
  await kit.advance(200)
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ directive }) => directive),
    ['restart'],
  )
  t.is(kit.events.of('FailureIgnored').length, 1)
  t.true(kit.ledgerBalanced())
})

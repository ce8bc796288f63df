import test from 'ava'

import {
  receive,
  registered,
  same,
  setup,
  stateful,
  unhandled,
  withStash,
  withTimers,
} from '../../src/actors/index.ts'
import type { Behavior } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

const plain = { interception: false }

test('a receive function that returns a behavior becomes it', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const closed: Behavior<string> = receive((message) => {
    log.push(`closed ${message}`)
    return message === 'open' ? open : same
  })
  const open: Behavior<string> = receive((message) => {
    log.push(`open ${message}`)
    return message === 'close' ? closed : undefined
  })
  const door = kit.spawn(closed)
  for (const message of ['knock', 'open', 'knock', 'close', 'knock']) door.tell(message)
  await kit.settle()
  t.deepEqual(log, ['closed knock', 'closed open', 'open knock', 'open close', 'closed knock'])
})

test('ctx.become changes what the next message meets, also from a stateful behavior', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const counting: Behavior<string> = stateful(0, (count, message, ctx) => {
    log.push(`${message} ${String(count + 1)}`)
    if (message === 'change') ctx.become(receive<string>((next) => void log.push(`now ${next}`)))
    return count + 1
  })
  const actor = kit.spawn(counting)
  for (const message of ['a', 'change', 'b']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, ['a 1', 'change 2', 'now b'])
})

test('become to a stateful behavior begins with its own first state', async (t) => {
  const kit = testSystem(plain)
  const log: number[] = []
  const counting: Behavior<string> = stateful(100, (count) => {
    log.push(count)
    return count + 1
  })
  const actor = kit.spawn(
    stateful<number, string>(0, (count, _message, ctx) => {
      log.push(count)
      ctx.become(counting)
      return count + 1
    }),
  )
  for (const message of ['a', 'b', 'c']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, [0, 100, 101])
})

test('a restart goes back to the first behavior', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const second: Behavior<string> = receive((message) => {
    if (message === 'crash') throw new TypeError('broken')
    log.push(`second ${message}`)
  })
  const actor = kit.spawn(
    receive<string>((message) => {
      log.push(`first ${message}`)
      return second
    }),
  )
  for (const message of ['a', 'b', 'crash', 'c']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, ['first a', 'second b', 'first c'])
})

test('set-up runs once for each incarnation, at the end of the turn of its spawn', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  kit.spawn(
    setup<string>((ctx) => {
      log.push('parent begins')
      ctx.spawn(
        setup<string>(() => {
          log.push('child')
          return receive<string>(() => undefined)
        }),
      )
      log.push('parent ends')
      return receive<string>(() => undefined)
    }),
  )
  t.deepEqual(log, [])
  await kit.settle()
  t.deepEqual(log, ['parent begins', 'parent ends', 'child'])
})

test('messages wait in order while an async set-up runs', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  const actor = kit.spawn(
    setup<string>(async () => {
      await gate.pass()
      return receive<string>((message) => void log.push(message))
    }),
  )
  actor.tell('a')
  actor.tell('b')
  await kit.settle()
  t.deepEqual(log, [])
  gate.open()
  await kit.settle()
  t.deepEqual(log, ['a', 'b'])
})

for (const [what, behavior, code] of [
  ['same', setup<string>(() => same), 'TROUPE_BEHAVIOR_EMPTY'],
  ['unhandled', setup<string>(() => unhandled), 'TROUPE_BEHAVIOR_EMPTY'],
  ['same, later', setup<string>(async () => Promise.resolve(same)), 'TROUPE_BEHAVIOR_EMPTY'],
  ['nothing', setup<string>(() => undefined as never), 'TROUPE_BEHAVIOR_NOT_RETURNED'],
  [
    'nothing, later',
    setup<string>(async () => Promise.resolve(undefined as never)),
    'TROUPE_BEHAVIOR_NOT_RETURNED',
  ],
  ['a number', receive<string>(() => 7 as never), 'TROUPE_BEHAVIOR_NOT_RETURNED'],
] as const) {
  test(`a behavior that yields ${what} is a coded failure`, async (t) => {
    const kit = testSystem({
      ...plain,
      supervision: {
        description: 'stop',
        start: () => ({
          decide: () => ({ directive: 'stop', scope: 'one', delayMs: 0, reason: 'test' }),
        }),
      },
    })
    const actor = kit.spawn<string>(behavior)
    actor.tell('go')
    await kit.settle()
    t.like(kit.events.of('ChildFailed')[0], { error: { code } })
    t.true(kit.ledgerBalanced())
  })
}

test('what is no behavior is refused where it is spawned', (t) => {
  const kit = testSystem()
  for (const wrong of [null, 7, 'text', {}]) {
    t.throws(() => kit.spawn(wrong as never), { code: 'TROUPE_BEHAVIOR_INVALID' })
  }
})

test('a registered behavior that was not called with its props is refused, not taken for a bare function', (t) => {
  const kit = testSystem()
  const echo = registered(import.meta.url, 'echo that is not called', () =>
    receive<string>(() => undefined),
  )
  t.throws(() => kit.spawn(echo, 'echo'), {
    code: 'TROUPE_BEHAVIOR_INVALID',
    message: /call it/,
  })
  t.is(kit.spawn(echo(undefined), 'echo').path, 'troupe://test/user/echo')
})

test('stashed messages come back in order, before those that wait', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    withStash<string>((stash) => {
      const ready: Behavior<string> = receive((message) => void log.push(message))
      return receive((message) => {
        if (message === 'ready') {
          stash.unstashAll()
          return ready
        }
        stash.stash(message)
        return same
      })
    }),
  )
  for (const message of ['a', 'b']) actor.tell(message)
  await kit.settle()
  t.is(kit.system.ledger().stashed, 2)
  t.true(kit.ledgerBalanced())
  for (const message of ['ready', 'c']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, ['a', 'b', 'c'])
  t.is(kit.system.ledger().stashed, 0)
  t.is(kit.system.ledger().handled, 4)
  t.true(kit.ledgerBalanced())
})

test('a restart puts stashed messages back to the front of the mailbox', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    withStash<string>((stash, ctx) =>
      receive((message) => {
        if (ctx.restarts > 0) log.push(message)
        else if (message === 'crash') throw new TypeError('broken')
        else stash.stash(message)
      }),
    ),
  )
  for (const message of ['a', 'b', 'crash', 'c']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, ['a', 'b', 'c'])
  t.true(kit.ledgerBalanced())
})

test('what is stashed when the actor stops is a dead letter', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(
    withStash<string>((stash) =>
      receive((message) => {
        stash.stash(message)
      }),
    ),
  )
  actor.tell('a')
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message }) => message),
    ['a'],
  )
  t.is(kit.system.ledger().stashed, 0)
  t.true(kit.ledgerBalanced())
})

test('a stash that is full is a failure', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(
    withStash<string>((stash) =>
      receive((message) => {
        stash.stash(message)
      }),
    ),
    'actor',
    { stashCapacity: 2 },
  )
  for (const message of ['a', 'b', 'c']) actor.tell(message)
  await kit.settle()
  t.like(kit.events.of('ChildFailed')[0], { error: { code: 'TROUPE_STASH_FULL' } })
  t.is(kit.system.ledger().stashed, 2)
  t.true(kit.ledgerBalanced())
})

test('timers fire once or again and again, until they are cancelled', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    withTimers<string>((timers) => {
      timers.startSingle('once', 'once', 250)
      timers.startPeriodic('tick', 'tick', 100)
      return receive((message) => {
        if (message === 'cancel') timers.cancel('tick')
        else log.push(`${message} ${String(kit.world.clock.now())}`)
        t.is(timers.isActive('once'), kit.world.clock.now() < 250)
      })
    }),
  )
  await kit.advance(350)
  t.deepEqual(log, ['tick 100', 'tick 200', 'once 250', 'tick 300'])
  actor.tell('cancel')
  await kit.advance(1_000)
  t.is(log.length, 4)
})

test('a timer that is set again under its key replaces the one before', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  kit.spawn(
    withTimers<string>((timers) => {
      timers.startSingle('key', 'first', 100)
      timers.startSingle('key', 'second', 200)
      return receive((message) => void log.push(message))
    }),
  )
  await kit.advance(500)
  t.deepEqual(log, ['second'])
})

test('a timer that has fired delivers nothing once it is cancelled, and never piles up', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const gate = new Gate()
  const actor = kit.spawn(
    withTimers<string>((timers) => {
      timers.startPeriodic('tick', 'tick', 100)
      timers.startSingle('once', 'once', 100)
      return receive(async (message) => {
        log.push(message)
        if (message === 'hold') await gate.pass()
        if (message === 'hold') timers.cancel('once')
      })
    }),
  )
  actor.tell('hold')
  await kit.advance(1_050)
  t.deepEqual(log, ['hold'])
  gate.open()
  await kit.settle()
  t.deepEqual(log, ['hold', 'tick'], 'ten periods have passed; one message waited for all of them')
  await kit.advance(100)
  t.deepEqual(log, ['hold', 'tick', 'tick'])
  t.true(kit.ledgerBalanced())
})

test('timers end with their incarnation, and with their actor', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    withTimers<string>((timers, ctx) => {
      if (ctx.restarts === 0) timers.startPeriodic('tick', 'old', 100)
      else timers.startPeriodic('tock', 'new', 100)
      return receive((message) => {
        if (message === 'crash') throw new TypeError('broken')
        log.push(message)
      })
    }),
  )
  await kit.advance(100)
  actor.tell('crash')
  await kit.advance(200)
  await kit.until(kit.system.stop(actor))
  await kit.advance(1_000)
  t.deepEqual(log, ['old', 'new', 'new'])
  t.is(kit.events.of('DeadLetter').length, 0)
})

for (const delayMs of [-1, Number.NaN, 2 ** 31]) {
  test(`a timer of ${String(delayMs)} ms is refused`, async (t) => {
    const kit = testSystem(plain)
    kit
      .spawn(
        receive<string>((_message, ctx) => {
          ctx.timers.startSingle('key', 'x', delayMs)
        }),
      )
      .tell('go')
    await kit.settle()
    t.like(kit.events.of('ChildFailed')[0], { error: { code: 'TROUPE_TIMER_DELAY_INVALID' } })
  })
}

test('an async handler that becomes an async set-up stays one at a time', async (t) => {
  const kit = testSystem(plain)
  const handlerGate = new Gate()
  const setupGate = new Gate()
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(async (message, ctx) => {
      log.push(`first ${message}`)
      ctx.become(
        setup<string>(async () => {
          await setupGate.pass()
          return receive<string>((next) => void log.push(`second ${next}`))
        }),
      )
      await handlerGate.pass()
      log.push('first ends')
    }),
  )
  actor.tell('a')
  actor.tell('b')
  await kit.settle()
  setupGate.open()
  await kit.settle()
  t.deepEqual(log, ['first a'])
  handlerGate.open()
  await kit.settle()
  t.deepEqual(log, ['first a', 'first ends', 'second b'])
  t.true(kit.ledgerBalanced())
})

for (const how of ['throws', 'rejects']) {
  test(`a message that is stashed before its handler ${how} has one fate: what becomes of it later`, async (t) => {
    const kit = testSystem(plain)
    let failures = 0
    const actor = kit.spawn(
      withStash<string>((stash) =>
        receive((message) => {
          if (failures > 0) return same
          failures++
          stash.stash(message)
          const error = new TypeError('not yet')
          if (how === 'throws') throw error
          return Promise.reject(error)
        }),
      ),
    )
    actor.tell('a')
    await kit.settle()
    const { handled, failed, stashed } = kit.system.ledger()
    t.deepEqual({ handled, failed, stashed }, { handled: 1, failed: 0, stashed: 0 })
    t.true(kit.ledgerBalanced())
  })
}

test('what is stashed while an actor is set up counts as sent and stashed', async (t) => {
  const kit = testSystem(plain)
  kit.spawn(
    withStash<string>((stash) => {
      stash.stash('first of all')
      return receive(() => same)
    }),
  )
  await kit.settle()
  const { sent, handled, stashed } = kit.system.ledger()
  t.deepEqual({ sent, handled, stashed }, { sent: 1, handled: 0, stashed: 1 })
  t.true(kit.ledgerBalanced())
})

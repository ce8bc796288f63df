import test from 'ava'

import { receive } from '../../src/actors/index.ts'
import type { OverflowPolicy } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import type { TestSystem } from '../../src/actors/testkit/index.ts'

/** A system with an actor of three places, whose handler is held up by a gate. */
function held(
  overflow: OverflowPolicy,
  bytes?: number,
): {
  kit: TestSystem
  gate: Gate
  handled: string[]
  tell: (...messages: string[]) => void
} {
  const kit = testSystem({ interception: false })
  const gate = new Gate()
  const handled: string[] = []
  const actor = kit.spawn(
    receive<string>(async (message) => {
      handled.push(message)
      await gate.pass()
    }),
    'held',
    {
      mailbox:
        bytes === undefined
          ? { capacity: 3, overflow }
          : { capacityBytes: bytes, sizeOf: (message) => message.length, overflow },
    },
  )
  const tell = (...messages: string[]): void => {
    for (const message of messages) actor.tell(message)
  }
  return { kit, gate, handled, tell }
}

test('reject: what comes beyond the bound is a dead letter', async (t) => {
  const { kit, gate, handled, tell } = held('reject')
  tell('a', 'b', 'c', 'd', 'e')
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['a', 'b', 'c'])
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [
      ['d', 'mailbox-full'],
      ['e', 'mailbox-full'],
    ],
  )
  t.true(kit.ledgerBalanced())
})

test('the message in hand takes no place', async (t) => {
  const { kit, gate, handled, tell } = held('reject')
  tell('a')
  await kit.settle()
  tell('b', 'c', 'd')
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['a', 'b', 'c', 'd'])
})

test('dropNewest: what comes beyond the bound is counted as dropped, not as a dead letter', async (t) => {
  const { kit, gate, handled, tell } = held('dropNewest')
  tell('a', 'b', 'c', 'd')
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['a', 'b', 'c'])
  t.deepEqual(kit.system.ledger().dropped, { 'dropped-newest': 1 })
  t.is(kit.events.of('DeadLetter').length, 0)
  t.true(kit.ledgerBalanced())
})

test('dropOldest: the oldest makes room', async (t) => {
  const { kit, gate, handled, tell } = held('dropOldest')
  tell('a', 'b', 'c', 'd', 'e')
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['c', 'd', 'e'])
  t.deepEqual(kit.system.ledger().dropped, { 'dropped-oldest': 2 })
  t.true(kit.ledgerBalanced())
})

test('dropOldest leaves signals and a stop where they stand', async (t) => {
  const kit = testSystem({ interception: false })
  const log: string[] = []
  const watched = kit.spawn(receive<string>(() => undefined))
  const actor = kit.spawn(
    receive<string>(
      (message, ctx) => {
        log.push(message)
        if (message === 'watch') ctx.watch(watched)
      },
      (signal) => void log.push(signal.type),
    ),
    'actor',
    { mailbox: { capacity: 2, overflow: 'dropOldest' } },
  )
  actor.tell('watch')
  await kit.settle()
  actor.tell('a')
  void kit.system.kill(watched)
  actor.tell('b')
  void kit.system.stop(actor)
  actor.tell('c')
  await kit.settle()
  t.deepEqual(log, ['watch', 'Terminated', 'b', 'PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { 'dropped-oldest': 1, stopped: 1 })
  t.true(kit.ledgerBalanced())
})

test('fail: the actor fails, and its waiting messages go to the next incarnation', async (t) => {
  const { kit, gate, handled, tell } = held('fail')
  tell('a', 'b', 'c', 'd')
  gate.open()
  await kit.settle()
  const [failure] = kit.events.of('ChildFailed')
  t.like(failure, { directive: 'restart', error: { code: 'TROUPE_MAILBOX_OVERFLOW' } })
  t.deepEqual(handled, ['a', 'b', 'c'])
  t.deepEqual(kit.system.ledger().dropped, { 'mailbox-full': 1 })
  t.true(kit.ledgerBalanced())
})

test('fail: an overflow while a handler awaits does not interrupt it', async (t) => {
  const { kit, gate, handled, tell } = held('fail')
  tell('a')
  await kit.settle()
  tell('b', 'c', 'd', 'e')
  await kit.settle()
  t.deepEqual(handled, ['a'])
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['a', 'b', 'c', 'd'])
  t.is(kit.events.of('ChildFailed').length, 1)
  t.true(kit.ledgerBalanced())
})

test('fail: a stop for an overflow waits for the handler on the stack', async (t) => {
  const kit = testSystem({
    interception: false,
    supervision: {
      description: 'stop',
      start: () => ({
        decide: () => ({ directive: 'stop', scope: 'one', delayMs: 0, reason: 'test' }),
      }),
    },
  })
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(
      (message, ctx) => {
        ctx.self.tell('x')
        ctx.self.tell('y')
        log.push(`end ${message}`)
      },
      (signal) => void log.push(signal.type),
    ),
    'actor',
    { mailbox: { capacity: 1, overflow: 'fail' } },
  )
  actor.tell('a')
  await kit.settle()
  t.deepEqual(log, ['end a', 'PostStop'])
  t.true(kit.ledgerBalanced())
})

test('a bound in bytes counts the declared sizes of waiting messages', async (t) => {
  const { kit, gate, handled, tell } = held('reject', 6)
  tell('aaa', 'bbb', 'c')
  gate.open()
  await kit.settle()
  tell('dddddd')
  await kit.settle()
  t.deepEqual(handled, ['aaa', 'bbb', 'dddddd'])
  t.deepEqual(kit.system.ledger().dropped, { 'mailbox-full': 1 })
  t.true(kit.ledgerBalanced())
})

test('dropOldest makes room in bytes, but not for what can never fit', async (t) => {
  const { kit, gate, handled, tell } = held('dropOldest', 6)
  tell('aaa', 'bbb', 'cccc')
  tell('ddddddd')
  gate.open()
  await kit.settle()
  t.deepEqual(handled, ['cccc'])
  t.deepEqual(kit.system.ledger().dropped, { 'dropped-oldest': 2, 'mailbox-full': 1 })
  t.true(kit.ledgerBalanced())
})

test('signals are outside the bounds', async (t) => {
  const kit = testSystem({ interception: false })
  const seen: string[] = []
  const others = [1, 2, 3].map(() => kit.spawn(receive<string>(() => undefined)))
  const watcher = kit.spawn(
    receive<string>(
      (message, ctx) => {
        seen.push(message)
        if (message === 'watch') for (const other of others) ctx.watch(other)
      },
      (signal) => void seen.push(signal.type),
    ),
    'watcher',
    { mailbox: { capacity: 1 } },
  )
  watcher.tell('watch')
  await kit.settle()
  watcher.tell('a')
  for (const other of others) void kit.system.kill(other)
  watcher.tell('b')
  await kit.settle()
  t.deepEqual(seen, ['watch', 'a', 'Terminated', 'Terminated', 'Terminated'])
  t.deepEqual(kit.system.ledger().dropped, { 'mailbox-full': 1 })
})

test('signals in line take no place of a message', async (t) => {
  const kit = testSystem({ interception: false })
  const seen: string[] = []
  const other = kit.spawn(receive<string>(() => undefined))
  const watcher = kit.spawn(
    receive<string>(
      (message, ctx) => {
        seen.push(message)
        if (message === 'watch') ctx.watch(other)
      },
      (signal) => void seen.push(signal.type),
    ),
    'watcher',
    { mailbox: { capacity: 1 } },
  )
  watcher.tell('watch')
  await kit.settle()
  void kit.system.kill(other)
  watcher.tell('a')
  await kit.settle()
  t.deepEqual(seen, ['watch', 'Terminated', 'a'])
})

for (const sizeOf of [undefined, () => 1]) {
  const kind = sizeOf === undefined ? 'plain' : 'measured'
  test(`an actor that keeps telling itself ${kind} messages lets others have their turn`, async (t) => {
    const kit = testSystem({ interception: false })
    let count = 0
    let countWhenOtherRan = 0
    const busy = kit.spawn(
      receive<string>((message, ctx) => {
        count++
        if (count < 10_000) ctx.self.tell(message)
      }),
      'busy',
      { mailbox: sizeOf === undefined ? {} : { sizeOf } },
    )
    const other = kit.spawn(receive<string>(() => void (countWhenOtherRan = count)))
    busy.tell('again')
    other.tell('now')
    await kit.settle()
    t.is(count, 10_000)
    t.true(countWhenOtherRan <= 256, `${String(countWhenOtherRan)} messages went before`)
  })
}

test('signals take no place in a measured mailbox either', async (t) => {
  const kit = testSystem({ interception: false })
  const seen: string[] = []
  const other = kit.spawn(receive<string>(() => undefined))
  const watcher = kit.spawn(
    receive<string>(
      (message, ctx) => {
        seen.push(message)
        if (message === 'watch') ctx.watch(other)
      },
      (signal) => void seen.push(signal.type),
    ),
    'watcher',
    { mailbox: { capacity: 1, sizeOf: () => 1 } },
  )
  watcher.tell('watch')
  await kit.settle()
  void kit.system.kill(other)
  for (const message of ['a', 'b']) watcher.tell(message)
  await kit.settle()
  t.deepEqual(seen, ['watch', 'Terminated', 'a'])
  t.deepEqual(kit.system.ledger().dropped, { 'mailbox-full': 1 })
})

test('a size that can not be told is a failure of the receiver, never of the sender', async (t) => {
  const kit = testSystem({ interception: false })
  const actor = kit.spawn(
    receive<string>(() => undefined),
    'actor',
    {
      mailbox: {
        sizeOf: () => {
          throw new TypeError('unmeasurable')
        },
      },
    },
  )
  t.notThrows(() => {
    actor.tell('x')
  })
  await kit.settle()
  t.is(kit.events.of('ChildFailed').length, 1)
  t.is(kit.system.ledger().failed, 1)
  t.true(kit.ledgerBalanced())
})

for (const capacity of [0, -1, 1.5, 2 ** 27, Number.NaN]) {
  test(`a mailbox of ${String(capacity)} messages is refused`, (t) => {
    const kit = testSystem()
    t.throws(
      () =>
        kit.spawn(
          receive(() => undefined),
          'a',
          { mailbox: { capacity } },
        ),
      {
        code: 'TROUPE_SPAWN_OPTION_INVALID',
      },
    )
    t.is(kit.system.find('/user/a'), undefined)
  })
}

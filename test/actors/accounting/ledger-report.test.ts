import test from 'ava'
import fc from 'fast-check'

import {
  receive,
  setup,
  stateful,
  unhandled,
  type ActorRef,
  type FateSample,
  type LedgerReport,
} from '../../../src/actors/index.ts'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import { aProgram, Run } from '../random-programs.ts'

const sum = (counts: Readonly<Record<string, number>> | undefined): number =>
  Object.values(counts ?? {}).reduce((total, n) => total + n, 0)

/** What the types of a report add up to otherwise than its ledger; empty in a sound report. */
function differences({ ledger, types }: LedgerReport, countsAll: boolean): string[] {
  const expected: Record<string, number> = {
    failed: ledger.failed,
    stashed: ledger.stashed,
    ...ledger.dropped,
    ...(countsAll && { handled: ledger.handled, forwarded: ledger.forwarded }),
  }
  return Object.entries(expected).flatMap(([fate, n]) => {
    const counted = sum(types[fate as keyof typeof types])
    return counted === n ? [] : [`${fate}: ${n} in the ledger, ${counted} by type`]
  })
}

for (const countTypes of [false, true]) {
  test(`whatever actors do, the types of each fate add up to the ledger${countTypes ? ', those of handled messages too' : ''}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(aProgram, fc.boolean(), async ({ kinds, steps }, interception) => {
        const kit = testSystem({ interception, ledger: { countTypes } })
        const run = new Run(kit)
        await run.play(kinds, steps)
        const report = kit.system.ledgerReport()
        const found = [...run.violations, ...differences(report, countTypes)]
        if (found.length > 0) throw new TypeError(found.join('\n'))
        const perFate = new Map<string, number>()
        for (const { fate } of report.samples) perFate.set(fate, (perFate.get(fate) ?? 0) + 1)
        return [...perFate.values()].every((n) => n <= 8)
      }),
      { numRuns: 150 },
    )
    t.pass()
  })
}

interface Word {
  readonly type: string
}

test('each fate is counted by type, with who sent it to whom', async (t) => {
  const kit = testSystem({ interception: false })
  const full = kit.spawn(
    receive<Word>(() => new Promise(() => undefined)),
    'full',
    { mailbox: { capacity: 1 } },
  )
  const picky = kit.spawn(
    receive<Word>(({ type }) => {
      if (type === 'Bad') throw new TypeError('bad')
      return unhandled
    }),
    'picky',
  )
  const sender = kit.spawn(
    receive<Word>(() => {
      full.tell({ type: 'One' })
      full.tell({ type: 'Two' })
      picky.tell({ type: 'Bad' })
      picky.tell({ type: 'Odd' })
    }),
    'sender',
  )
  sender.tell({ type: 'Go' })
  await kit.settle()
  full.tell({ type: 'Three' })
  await kit.settle()
  const { types, samples } = kit.system.ledgerReport()
  t.deepEqual(types, {
    'mailbox-full': { Two: 1 },
    failed: { Bad: 1 },
    unhandled: { Odd: 1 },
    inFlight: { Three: 1 },
  })
  const told = ({ fate, type, sender: from, receiver }: FateSample): string =>
    `${fate} ${type} ${from ?? '-'} ${receiver}`
  t.deepEqual(samples.map(told), [
    'mailbox-full Two troupe://test/user/sender troupe://test/user/full',
    'failed Bad - troupe://test/user/picky',
    'unhandled Odd - troupe://test/user/picky',
  ])
})

test('messages without a type go by their class or primitive, whatever they do when looked at', async (t) => {
  class Order {}
  const kit = testSystem()
  const actor = kit.spawn<unknown>(receive(() => unhandled))
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new TypeError('hands off')
      },
    },
  )
  const odd = [
    new Order(),
    'text',
    7,
    null,
    undefined,
    [],
    Object.create(null),
    { type: 1 },
    hostile,
  ]
  for (const message of odd) actor.tell(message)
  actor.tell({ type: 'x'.repeat(100_000) })
  await kit.settle()
  t.deepEqual(kit.system.ledgerReport().types.unhandled, {
    Order: 1,
    string: 1,
    number: 1,
    null: 1,
    undefined: 1,
    Array: 1,
    unreadable: 2,
    Object: 1,
    [`${'x'.repeat(63)}…`]: 1,
  })
})

test('types beyond the bound are one, and a flood leaves no more samples than the ring holds', async (t) => {
  const kit = testSystem({ ledger: { maxTypes: 3, samples: 4 } })
  const actor = kit.spawn<Word>(receive(() => unhandled))
  for (let n = 0; n < 10_000; n++) actor.tell({ type: `T${n}` })
  await kit.settle()
  const { types, samples } = kit.system.ledgerReport()
  t.deepEqual(types.unhandled, { T0: 1, T1: 1, T2: 1, other: 9_997 })
  t.is(samples.length, 4)
})

test('a system may keep neither types nor samples', async (t) => {
  const kit = testSystem({ ledger: { maxTypes: 0, samples: 0, countTypes: true } })
  const actor = kit.spawn<Word>(receive(() => unhandled))
  actor.tell({ type: 'A' })
  await kit.settle()
  const { types, samples, ledger } = kit.system.ledgerReport()
  t.deepEqual([types, samples, ledger.dropped], [{}, [], { unhandled: 1 }])
})

test('what is put off, and what waits, is counted by type when the report is made', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn<Word>(
    receive((message, ctx) => {
      ctx.stash.stash(message)
    }),
  )
  actor.tell({ type: 'A' })
  actor.tell({ type: 'B' })
  await kit.settle()
  actor.tell({ type: 'C' })
  t.deepEqual(kit.system.ledgerReport().types, { inFlight: { C: 1 }, stashed: { A: 1, B: 1 } })
})

test('with types counted for all, async handlers, asks, timers and children count as well', async (t) => {
  const kit = testSystem({ interception: false, ledger: { countTypes: true } })
  interface Get extends Word {
    readonly replyTo: ActorRef<Word>
  }
  const actor = kit.spawn<Get | Word>(
    setup((ctx) => {
      ctx.timers.startSingle('t', { type: 'Tick' }, 10)
      return stateful(0, async (n: number, message: Get | Word) => {
        await Promise.resolve()
        if ('replyTo' in message) message.replyTo.tell({ type: 'Got' })
        return n + 1
      })
    }),
  )
  const reply = actor.ask<Word>((replyTo) => ({ type: 'Get', replyTo }))
  await kit.advance(20)
  t.deepEqual(await reply, { type: 'Got' })
  const { types, ledger } = kit.system.ledgerReport()
  t.deepEqual(types.handled, { Get: 1, Got: 1, Tick: 1 })
  t.is(ledger.handled, 3)
})

import test from 'ava'
import fc from 'fast-check'
import { group, pool, receive, setup, same, stateful } from '../../../src/actors/index.ts'
import type { ActorRef, OverflowPolicy } from '../../../src/actors/index.ts'
import { Gate, testSystem } from '../../../src/actors/testkit/index.ts'
import type { TestSystem } from '../../../src/actors/testkit/index.ts'
import { outcomes } from './outcomes.ts'

/** An actor that takes `capacity` messages and handles one each time the gate opens. */
function slow(
  kit: TestSystem,
  capacity: number,
  overflow: OverflowPolicy = 'reject',
): { readonly ref: ActorRef<number>; readonly handled: number[]; step: () => Promise<void> } {
  const handled: number[] = []
  const gate = new Gate()
  const ref = kit.spawn(
    receive<number>(async (n) => {
      await gate.pass()
      handled.push(n)
    }),
    'slow',
    { mailbox: { capacity, overflow } },
  )
  return {
    ref,
    handled,
    step: async () => {
      gate.release()
      await kit.settle()
    },
  }
}

for (const interception of [true, false]) {
  const how = interception ? 'watched' : 'unwatched'
  test(`an offer to an actor with room is taken at once (${how})`, async (t) => {
    const kit = testSystem({ interception })
    const got: number[] = []
    const ref = kit.spawn(
      receive<number>((n) => {
        got.push(n)
      }),
    )
    await kit.until(Promise.all([ref.offer(1), ref.offer(2)]))
    ref.tell(3)
    await kit.settle()
    t.deepEqual(got, [1, 2, 3])
    t.is(kit.system.ledger().sent, 3)
    t.true(kit.ledgerBalanced())
  })

  test(`offers wait for places and are taken in order (${how})`, async (t) => {
    const kit = testSystem({ interception })
    const { ref, handled, step } = slow(kit, 2)
    const seen = outcomes([1, 2, 3, 4, 5, 6].map((n) => ref.offer(n)))
    await kit.settle()
    // One is in hand, two wait in the mailbox.
    t.deepEqual(seen(), ['taken', 'taken', 'taken', 'waits', 'waits', 'waits'])
    for (let n = 0; n < 6; n++) await step()
    t.deepEqual(handled, [1, 2, 3, 4, 5, 6])
    t.deepEqual(new Set(seen()), new Set(['taken']))
    t.true(kit.ledgerBalanced())
  })
}

test('while offers wait, tells keep to their half of the mailbox and never push offers out of their turn', async (t) => {
  const kit = testSystem()
  const { ref, handled, step } = slow(kit, 4)
  for (let n = 0; n < 5; n++) ref.tell(n)
  await kit.settle()
  const seen = outcomes([100, 101, 102, 103].map((n) => ref.offer(n)))
  for (let n = 0; n < 20; n++) {
    await step()
    ref.tell(200 + n)
  }
  await step()
  t.deepEqual(new Set(seen()), new Set(['taken']))
  t.deepEqual(
    handled.filter((n) => n >= 100 && n < 200),
    [100, 101, 102, 103],
  )
  t.true((kit.system.ledger().dropped['mailbox-full'] ?? 0) > 0)
  t.true(kit.ledgerBalanced())
})

test('an offer ends by its deadline or its signal, and was never sent then', async (t) => {
  const kit = testSystem()
  const { ref, handled, step } = slow(kit, 1)
  await kit.until(ref.offer(1))
  await kit.settle()
  await kit.until(ref.offer(2))
  const abort = new AbortController()
  const seen = outcomes([
    ref.offer(3, { timeoutMs: 100 }),
    ref.offer(4, { signal: abort.signal }),
    ref.offer(5),
    ref.offer(6, { timeoutMs: 10_000 }),
  ])
  await kit.settle()
  abort.abort(new Error('no more'))
  await kit.advance(100)
  t.deepEqual(seen(), ['TROUPE_OFFER_TIMEOUT', 'TROUPE_OFFER_ABORTED', 'waits', 'waits'])
  t.is(kit.system.ledger().sent, 2)
  for (let n = 0; n < 4; n++) await step()
  t.deepEqual(handled, [1, 2, 5, 6])
  const aborted = outcomes([ref.offer(7, { signal: abort.signal })])
  ref.tell(7)
  ref.tell(7)
  const invalid = outcomes([ref.offer(8, { timeoutMs: -1 })])
  await kit.settle()
  t.deepEqual(aborted(), ['TROUPE_OFFER_ABORTED'])
  t.deepEqual(invalid(), ['TROUPE_OFFER_TIMEOUT_INVALID'])
  t.true(kit.ledgerBalanced())
})

test('a restart keeps the offers that wait; an end rejects them', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  let started = 0
  const handled: string[] = []
  const ref = kit.spawn(
    setup<string>(() => {
      started++
      return receive(async (word) => {
        await gate.pass()
        if (word === 'fail') throw new Error('as told')
        handled.push(word)
        return undefined
      })
    }),
    'fragile',
    { mailbox: { capacity: 1 } },
  )
  const seen = outcomes(['fail', 'a', 'b', 'c'].map((word) => ref.offer(word)))
  await kit.settle()
  t.deepEqual(seen(), ['taken', 'taken', 'waits', 'waits'])
  gate.release()
  await kit.settle()
  t.is(started, 2)
  t.deepEqual(seen(), ['taken', 'taken', 'taken', 'waits'])
  void kit.system.kill(ref)
  gate.release()
  await kit.settle()
  t.deepEqual(handled, ['a'])
  t.deepEqual(seen()[3], 'TROUPE_OFFER_TARGET_TERMINATED')
  const late = outcomes([ref.offer('late')])
  await kit.settle()
  t.deepEqual(late(), ['TROUPE_OFFER_TARGET_TERMINATED'])
  t.true(kit.ledgerBalanced())
})

test('no more than so many offers wait for one actor', async (t) => {
  const kit = testSystem({ interception: false })
  const { ref, step } = slow(kit, 1)
  await kit.until(ref.offer(0))
  await kit.settle()
  await kit.until(ref.offer(1))
  const waiting = Array.from({ length: 65_536 }, (_, n) => ref.offer(n))
  const seen = outcomes([ref.offer(-1)])
  await kit.settle()
  t.deepEqual(seen(), ['TROUPE_OFFER_TOO_MANY'])
  const rest = outcomes(waiting)
  void kit.system.kill(ref)
  await step()
  t.is(rest().filter((each) => each === 'TROUPE_OFFER_TARGET_TERMINATED').length, 65_536)
})

test('a bound in bytes is kept exactly; what never fits is rejected at once', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const ref = kit.spawn(
    receive<string>(async () => {
      await gate.pass()
    }),
    'sized',
    { mailbox: { capacityBytes: 100, sizeOf: (text) => text.length } },
  )
  await kit.until(ref.offer('x'))
  await kit.settle()
  const seen = outcomes([
    ref.offer('a'.repeat(60)),
    ref.offer('b'.repeat(60)),
    ref.offer('c'.repeat(10)),
    ref.offer('d'.repeat(101)),
  ])
  await kit.settle()
  t.deepEqual(seen(), ['taken', 'waits', 'waits', 'TROUPE_OFFER_TOO_LARGE'])
  gate.open()
  await kit.settle()
  t.deepEqual(seen(), ['taken', 'taken', 'taken', 'TROUPE_OFFER_TOO_LARGE'])
  t.true(kit.ledgerBalanced())
})

test('a pool waits for its routee’s place with what was offered to it, and only with that', async (t) => {
  const kit = testSystem()
  const handled: number[] = []
  const gate = new Gate()
  const router = kit.spawn(
    pool<number>(
      2,
      receive(async (n) => {
        await gate.pass()
        handled.push(n)
      }),
      { routee: { mailbox: { capacity: 1 } } },
    ),
    'pool',
    { mailbox: { capacity: 2 } },
  )
  const seen = outcomes(Array.from({ length: 12 }, (_, n) => router.offer(n)))
  await kit.settle()
  // Two in hand, two in the routees' mailboxes, one in the router's hand, two in its mailbox.
  t.is(seen().filter((each) => each === 'taken').length, 7)
  gate.open()
  await kit.settle()
  t.deepEqual(
    [...handled].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  )
  t.deepEqual(kit.system.ledger().dropped, {})
  t.true(kit.ledgerBalanced())
})

for (const interception of [true, false]) {
  const how = interception ? 'watched' : 'unwatched'
  test(`offers made one after another to a pool are never too many for its routees (${how})`, async (t) => {
    const kit = testSystem({ interception })
    const handled: number[] = []
    const worker = receive<number>(async (n) => {
      await Promise.resolve()
      handled.push(n)
    })
    const router = kit.spawn(pool(2, worker, { routee: { mailbox: { capacity: 1 } } }), 'pool', {
      mailbox: { capacity: 4 },
    })
    const all = async (): Promise<void> => {
      for (let n = 0; n < 50; n++) await router.offer(n)
    }
    await kit.until(all())
    await kit.settle()
    t.is(handled.length, 50)
    t.deepEqual(kit.system.ledger().dropped, {})
    t.true(kit.ledgerBalanced())
  })
}

test('offers and asks that share a signal listen to it once, and all end with it', async (t) => {
  const kit = testSystem()
  const { ref } = slow(kit, 1)
  const { signal, abort } = countedSignal()
  const offered = Array.from({ length: 30 }, (_, n) => ref.offer(n, { signal }))
  const seen = outcomes(offered)
  const silent = kit.spawn(receive<ActorRef<number>>(() => undefined))
  const asked = outcomes(
    Array.from({ length: 30 }, () => silent.ask<number>((replyTo) => replyTo, { signal })),
  )
  await kit.settle()
  t.is(signal.listeners, 1)
  abort()
  await kit.settle()
  t.is(seen().filter((each) => each === 'TROUPE_OFFER_ABORTED').length, 28)
  t.is(asked().filter((each) => each === 'TROUPE_ASK_ABORTED').length, 30)
})

test('a signal whose offers are all taken is not listened to any more', async (t) => {
  const kit = testSystem()
  const { ref, step } = slow(kit, 1)
  const { signal } = countedSignal()
  const seen = outcomes([0, 1, 2, 3].map((n) => ref.offer(n, { signal })))
  await kit.settle()
  t.is(signal.listeners, 1)
  for (let n = 0; n < 4; n++) await step()
  t.deepEqual(seen(), ['taken', 'taken', 'taken', 'taken'])
  t.is(signal.listeners, 0)
})

/** A signal that says how many listen to it. */
function countedSignal(): {
  readonly signal: AbortSignal & { readonly listeners: number }
  readonly abort: () => void
} {
  const controller = new AbortController()
  const { signal } = controller
  let listeners = 0
  const [add, remove] = [
    signal.addEventListener.bind(signal),
    signal.removeEventListener.bind(signal),
  ]
  const counted = Object.defineProperties(signal, {
    listeners: { get: () => listeners },
    addEventListener: {
      value: (...args: Parameters<typeof add>) => {
        listeners++
        add(...args)
      },
    },
    removeEventListener: {
      value: (...args: Parameters<typeof remove>) => {
        listeners--
        remove(...args)
      },
    },
  }) as AbortSignal & { readonly listeners: number }
  return {
    signal: counted,
    abort: () => {
      controller.abort()
    },
  }
}

test('what a router can offer to nobody is a dead letter', async (t) => {
  const kit = testSystem()
  const router = kit.spawn(group<number>([]), 'group')
  await kit.until(router.offer(1))
  await kit.settle()
  t.deepEqual(kit.system.ledger().dropped, { 'no-routee': 1 })
  t.true(kit.ledgerBalanced())
})

test('adapters, replies and refs of the ended take offers as they take messages', async (t) => {
  const kit = testSystem()
  const got: string[] = []
  let adapter: ActorRef<number> | undefined
  const ref = kit.spawn(
    setup<string>((ctx) => {
      adapter = ctx.adapter<number>((n) => {
        if (n < 0) throw new RangeError('negative')
        return `number ${String(n)}`
      })
      return receive((word) => {
        got.push(word)
      })
    }),
  )
  await kit.settle()
  await kit.until(Promise.all([adapter?.offer(1), ref.offer('two'), adapter?.offer(3)]))
  await kit.settle()
  t.deepEqual(got, ['number 1', 'two', 'number 3'])
  await kit.until(adapter?.offer(-1) ?? Promise.resolve())
  await kit.settle()
  t.is(kit.events.of('ChildFailed').length, 1)

  const answers: Promise<void>[] = []
  const echo = kit.spawn(
    receive<{ readonly replyTo: ActorRef<string> }>(({ replyTo }) => {
      answers.push(replyTo.offer('here'), replyTo.offer('again'))
    }),
  )
  t.is(await kit.until(echo.ask<string>((replyTo) => ({ replyTo }))), 'here')
  const seen = outcomes(answers)
  await kit.settle()
  t.deepEqual(seen(), ['taken', 'TROUPE_OFFER_TARGET_TERMINATED'])
  t.true(kit.ledgerBalanced())
})

test('a million offers to a slow actor keep its mailbox bounded, and all arrive in order', async (t) => {
  const kit = testSystem({ interception: false })
  const total = 1_000_000
  let next = 0
  let deepest = 0
  const cellOf = (ref: unknown): { readonly depth: number } => ref as { readonly depth: number }
  const slowOne = kit.spawn(
    stateful<number, number>(0, (count, n, ctx) => {
      deepest = Math.max(deepest, cellOf(ctx.self).depth)
      if (n !== count) throw new RangeError(`${String(n)} in place of ${String(count)}`)
      // Slow now and then: its mailbox is full by then.
      return n % 1_000 === 0 ? Promise.resolve(count + 1) : count + 1
    }),
    'slow',
    { mailbox: { capacity: 128 } },
  )
  const sender = async (): Promise<void> => {
    while (next < total) await slowOne.offer(next++)
  }
  await kit.until(sender())
  await kit.settle()
  t.is(kit.system.ledger().handled, total)
  // And the mark of those who wait.
  t.true(deepest <= 129)
  t.deepEqual(kit.events.of('ChildFailed'), [])
})

test('whatever senders do, offers are taken in each one’s order, within the bound, and every message has its fate', async (t) => {
  const aStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('offer'), by: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('give up'), by: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('tell'), by: fc.nat(2) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('handle'), by: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fail'), by: fc.constant(0) }) },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 3, 7),
      fc.constantFrom<OverflowPolicy>('reject', 'dropOldest', 'dropNewest'),
      fc.array(aStep, { maxLength: 80 }),
      async (capacity, overflow, steps) => {
        const kit = testSystem()
        const gate = new Gate()
        const handled: { by: number; n: number }[] = []
        const ref = kit.spawn(
          receive<{ by: number; n: number; isTold: boolean }>(async ({ by, n, isTold }) => {
            await gate.pass()
            if (!isTold) handled.push({ by, n })
            return same
          }),
          'slow',
          { mailbox: { capacity, overflow } },
        )
        const offers: { by: number; n: number; state: string; abort: AbortController }[] = []
        let n = 0
        const turn = async (isFailure: boolean): Promise<void> => {
          if (isFailure) gate.break(new Error('as told'))
          else gate.release()
          await kit.settle()
        }
        for (const step of steps) {
          if (step.do === 'offer') {
            const abort = new AbortController()
            const offer = { by: step.by, n: n++, state: 'waits', abort }
            offers.push(offer)
            ref.offer({ by: offer.by, n: offer.n, isTold: false }, { signal: abort.signal }).then(
              () => (offer.state = 'taken'),
              () => (offer.state = 'rejected'),
            )
          } else if (step.do === 'give up') {
            offers.find(({ by, state }) => by === step.by && state === 'waits')?.abort.abort()
          } else if (step.do === 'tell') ref.tell({ by: step.by, n: n++, isTold: true })
          else await turn(step.do === 'fail')
          await kit.settle()
          const { depth } = ref as unknown as { readonly depth: number }
          // The mark of those who wait is one entry more.
          if (depth > capacity + 1) throw new RangeError(`${String(depth)} messages`)
        }
        for (let i = 0; i < 200; i++) await turn(false)
        t.false(offers.some(({ state }) => state === 'waits'))
        for (const by of [0, 1, 2]) {
          const mine = handled.filter((each) => each.by === by).map((each) => each.n)
          t.deepEqual(
            mine,
            [...mine].sort((a, b) => a - b),
          )
          t.true(mine.every((each) => offers.some((o) => o.n === each && o.state === 'taken')))
        }
        t.true(kit.ledgerBalanced())
      },
    ),
    { numRuns: 60 },
  )
})

import test from 'ava'
import fc from 'fast-check'
import { broadcast, group, receive, setup, stateful } from '../../src/actors/index.ts'
import type { ActorContext, ActorRef } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

/** Asks `to` on, or answers when it is given nobody. */
interface Call {
  readonly type: 'Call'
  readonly route: readonly ActorRef<Call>[]
  readonly replyTo: ActorRef<string>
  readonly how?: 'await' | 'late' | 'aside' | 'pipe' | 'reentrant'
}

const codeOf = (error: unknown): string => (error as { readonly code: string }).code

/** Passes a call on to the first of its route, and answers with what came of it. */
async function passOn(call: Call, ctx: ActorContext<Call>): Promise<void> {
  const [next, ...route] = call.route
  if (next === undefined) {
    call.replyTo.tell(ctx.name)
    return
  }
  const build = (replyTo: ActorRef<string>): Call => ({ ...call, type: 'Call', route, replyTo })
  if (call.how === 'late') await Promise.resolve()
  const options = call.how === 'reentrant' ? { reentrant: true } : {}
  const reply = ctx.ask(next, build, options).catch(codeOf)
  call.replyTo.tell(`${ctx.name} ${await reply}`)
}

const passing = receive<Call>(passOn)

for (const how of ['await', 'late'] as const) {
  test(`two actors that ask each other: the ask that closes the circle fails at once (${how})`, async (t) => {
    const kit = testSystem()
    const [a, b] = ['a', 'b'].map((name) => kit.spawn(passing, name)) as [
      ActorRef<Call>,
      ActorRef<Call>,
    ]
    const reply = a.ask<string>((replyTo) => ({ type: 'Call', route: [b, a], replyTo, how }))
    t.is(await kit.until(reply), 'a b TROUPE_ASK_CYCLE')
    t.is(kit.world.clock.now(), 0)
    t.deepEqual(kit.system.ledger().dropped, { 'ask-cycle': 1 })
    t.true(kit.ledgerBalanced())
    // Nobody is left behind: both go on.
    t.is(
      await kit.until(b.ask<string>((replyTo) => ({ type: 'Call', route: [a], replyTo }))),
      'b a',
    )
  })
}

test('the error names the way round, with the messages', async (t) => {
  const kit = testSystem()
  let error: unknown
  const refs = new Map<string, ActorRef<Call>>()
  const closing = receive<Call>(async (call, ctx) => {
    const first = refs.get('a') as ActorRef<Call>
    try {
      await ctx.ask<Call, string>(first, (replyTo) => ({ ...call, replyTo }))
    } catch (caught) {
      error = caught
      call.replyTo.tell('caught')
    }
  })
  for (const name of ['a', 'b']) refs.set(name, kit.spawn(passing, name))
  refs.set('c', kit.spawn(closing, 'c'))
  const [a, b, c] = ['a', 'b', 'c'].map((name) => refs.get(name)) as [
    ActorRef<Call>,
    ActorRef<Call>,
    ActorRef<Call>,
  ]
  await kit.until(a.ask<string>((replyTo) => ({ type: 'Call', route: [b, c], replyTo })))
  const { message, data } = error as { message: string; data: { cycle: string[] } }
  t.regex(message, /\/user\/c -> \(Call\) \/user\/a -> \(Call\) \/user\/b -> \(Call\) \/user\/c /)
  t.deepEqual(
    data.cycle,
    ['c', 'a', 'b', 'c'].map((name) => `troupe://test/user/${name}`),
  )
})

test('a router hands an ask on, and with it the wait: the circle closes through it, whoever asks last', async (t) => {
  const kit = testSystem()
  const [a, b] = ['a', 'b'].map((name) => kit.spawn(passing, name)) as [
    ActorRef<Call>,
    ActorRef<Call>,
  ]
  const router = kit.spawn(group([b]), 'router') as ActorRef<Call>
  const outer = kit.spawn(group([router]), 'outer') as ActorRef<Call>
  for (const way of [router, outer]) {
    const asks = [
      // b, which the router has chosen, asks back; or the router chooses b, which waits already.
      { first: a, route: [way, a], found: 'a b TROUPE_ASK_CYCLE' },
      { first: b, route: [a, way], found: 'b a TROUPE_ASK_CYCLE' },
    ]
    for (const { first, route, found } of asks) {
      const reply = first.ask<string>((replyTo) => ({ type: 'Call', route, replyTo }))
      t.is(await kit.until(reply), found)
    }
  }
  t.is(kit.world.clock.now(), 0)
  t.deepEqual(kit.system.ledger().dropped, { 'ask-cycle': 4 })
  t.true(kit.ledgerBalanced())
})

test('who asks all routees of a router waits on none of them in particular', async (t) => {
  const kit = testSystem()
  const a = kit.spawn(passing, 'a')
  const b = kit.spawn(passing, 'b')
  const all = kit.spawn(group([a, b], { routing: broadcast() }), 'all') as ActorRef<Call>
  const reply = a.ask<string>((replyTo) => ({ type: 'Call', route: [all], replyTo }))
  t.is(await kit.until(reply), 'a b')
})

test('an actor that asks itself while it waits is a circle of one', async (t) => {
  const kit = testSystem()
  const a = kit.spawn(passing, 'a')
  const reply = a.ask<string>((replyTo) => ({ type: 'Call', route: [a], replyTo }))
  t.is(await kit.until(reply), 'a TROUPE_ASK_CYCLE')
})

test('who is not held up closes no circle: a handler that has returned, a piped answer, an outsider', async (t) => {
  const kit = testSystem()
  type Word =
    Call | { readonly type: 'Answered'; readonly with: string; readonly to: ActorRef<string> }
  const refs: ActorRef<Word>[] = []
  const ask = (call: Call, ctx: ActorContext<Word>): Promise<string> => {
    const [next, ...route] = call.route
    return ctx.ask<Call, string>(next as ActorRef<Call>, (replyTo) => ({ ...call, route, replyTo }))
  }
  const piping = (isAsync: boolean): ActorRef<Word> =>
    kit.spawn(
      receive<Word>((word, ctx) => {
        if (word.type === 'Answered') word.to.tell(`${ctx.name} ${word.with}`)
        else if (word.route.length === 0) word.replyTo.tell(ctx.name)
        else {
          ctx.pipeToSelf(ask(word, ctx), (value, error) => ({
            type: 'Answered',
            with: value ?? codeOf(error),
            to: word.replyTo,
          }))
          // An async handler that goes on with something else for a while.
          if (isAsync) {
            return new Promise((resolve) =>
              ctx.environment.clock.setTimer(50, () => resolve(undefined)),
            )
          }
        }
        return undefined
      }),
      isAsync ? 'async' : 'sync',
    )
  refs.push(piping(false), piping(true))
  const a = kit.spawn(passing, 'a')
  for (const b of refs as readonly ActorRef<Call>[]) {
    const reply = a.ask<string>((replyTo) => ({ type: 'Call', route: [b, b], replyTo }))
    t.regex(await kit.until(reply), /^a (sync sync|async async)$/)
  }
  t.deepEqual(kit.system.ledger().dropped, {})
})

test('an edge that has ended is none: after a deadline the same ask is only late', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const seen: string[] = []
  const b: ActorRef<Call> = kit.spawn(
    receive<Call>(async (call, ctx) => {
      await gate.pass()
      const [back] = call.route
      if (back === undefined) return
      // By now the first ask has timed out, though its asker is still held up by something else.
      seen.push(
        await ctx
          .ask<Call, string>(back, (replyTo) => ({ ...call, route: [], replyTo }), {
            timeoutMs: 100,
          })
          .catch(codeOf),
      )
    }),
    'b',
  )
  const held = new Gate()
  const a: ActorRef<Call> = kit.spawn(
    receive<Call>(async (call, ctx) => {
      if (call.route.length === 0) return
      await ctx
        .ask<Call, string>(b, (replyTo) => ({ ...call, route: [ctx.self], replyTo }), {
          timeoutMs: 10,
        })
        .catch(codeOf)
      await held.pass()
    }),
    'a',
  )
  a.tell({ type: 'Call', route: [b], replyTo: b as unknown as ActorRef<string> })
  await kit.advance(20)
  gate.open()
  await kit.advance(200)
  t.deepEqual(seen, ['TROUPE_ASK_TIMEOUT'])
  held.open()
})

test('a re-entrant ask lets the circle’s message in, in the middle of its handler', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const noting = receive<Call>(async (call, ctx) => {
    log.push(`${ctx.name} begins ${String(call.route.length)}`)
    await passOn(call, ctx)
    log.push(`${ctx.name} ends ${String(call.route.length)}`)
  })
  const a = kit.spawn(noting, 'a')
  const b = kit.spawn(noting, 'b')
  const behind = kit.probe<string>('behind')
  const reply = a.ask<string>((replyTo) => ({
    type: 'Call',
    route: [b, a],
    replyTo,
    how: 'reentrant',
  }))
  a.tell({ type: 'Call', route: [], replyTo: behind.ref })
  t.is(await kit.until(reply), 'a b a')
  await kit.settle()
  t.deepEqual(log, [
    'a begins 2',
    'b begins 1',
    'a begins 0',
    'a ends 0',
    'b ends 1',
    'a ends 2',
    'a begins 0',
    'a ends 0',
  ])
  t.deepEqual(behind.messages, ['a'])
  t.deepEqual(kit.system.ledger().dropped, {})
  t.true(kit.ledgerBalanced())
})

test('a re-entrant stateful actor, and one that fails in the message it let in', async (t) => {
  const kit = testSystem()
  const b = kit.spawn(passing, 'b')
  type Word = { readonly type: 'Start' | 'Break' } | Call
  const a: ActorRef<Word> = kit.spawn(
    setup<Word>(() =>
      stateful(0, async (count, word, ctx) => {
        if (word.type === 'Call') {
          if (count === 0) throw new Error('as told')
          word.replyTo.tell('in')
          return count
        }
        await ctx.ask<Call, string>(
          b,
          (replyTo) => ({ type: 'Call', route: [ctx.self], replyTo }),
          { reentrant: true, timeoutMs: 50 },
        )
        return count + 1
      }),
    ),
    'a',
  )
  a.tell({ type: 'Start' })
  await kit.advance(10_000)
  t.true(kit.events.of('ChildFailed').length > 0)
  t.true(kit.ledgerBalanced())
})

test('however many asks a handler makes, the list of them stays short', async (t) => {
  const kit = testSystem({ interception: false })
  const echo = kit.spawn(
    receive<{ readonly replyTo: ActorRef<number> }>(({ replyTo }) => {
      replyTo.tell(1)
    }),
  )
  let longest = 0
  const asker = kit.spawn(
    receive<{ readonly replyTo: ActorRef<string> }>(async ({ replyTo }, ctx) => {
      const { extension } = ctx.self as unknown as {
        readonly extension: { readonly asked?: { readonly next?: object } }
      }
      const window: Promise<unknown>[] = []
      for (let n = 0; n < 5_000; n++) {
        window.push(
          ctx.ask<{ readonly replyTo: ActorRef<number> }, number>(echo, (to) => ({ replyTo: to })),
        )
        if (window.length > 20) await window.shift()
        let length = 0
        for (let each: { next?: object } | undefined = extension.asked; each; each = each.next)
          length++
        longest = Math.max(longest, length)
      }
      replyTo.tell('done')
    }),
  )
  t.is(await kit.until(asker.ask<string>((replyTo) => ({ replyTo }))), 'done')
  t.true(longest <= 150, String(longest))
})

test('a circle is reported if and only if there is one, whatever graph of waits grows', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 6 }).chain((actors) =>
        fc.record({
          actors: fc.constant(actors),
          // Who asks whom, one after another; each actor is free until it asks.
          edges: fc.array(
            fc.record({
              from: fc.nat(actors - 1),
              to: fc.array(fc.nat(actors - 1), { minLength: 1, maxLength: 2 }),
              isAside: fc.boolean(),
            }),
            { maxLength: 10 },
          ),
        }),
      ),
      async ({ actors, edges }) => {
        const kit = testSystem()
        interface Go {
          readonly type: 'Go'
          readonly to: readonly number[]
          readonly isAside: boolean
        }
        interface Never {
          readonly type: 'Never'
          readonly replyTo: ActorRef<string>
        }
        const failures: string[] = []
        const refs: ActorRef<Go | Never>[] = []
        for (let n = 0; n < actors; n++) {
          refs.push(
            kit.spawn(
              receive<Go | Never>(async (word, ctx) => {
                if (word.type === 'Never') return
                const asks = word.to.map((to) =>
                  ctx.ask<Go | Never, string>(
                    refs[to] as ActorRef<Go | Never>,
                    (replyTo) => ({ type: 'Never', replyTo }),
                    { timeoutMs: 60_000 },
                  ),
                )
                if (word.isAside) {
                  for (const ask of asks) {
                    ctx.pipeToSelf(ask, () => ({ type: 'Go', to: [], isAside: true }))
                  }
                } else {
                  const results = await Promise.allSettled(asks)
                  for (const result of results) {
                    if (result.status === 'rejected') failures.push(codeOf(result.reason))
                  }
                }
              }),
            ),
          )
        }
        // The model: an actor that waits keeps waiting; what it is told then it never sees.
        const waits = new Map<number, Set<number>>()
        const reaches = (from: number, goal: number, seen = new Set<number>()): boolean => {
          if (from === goal) return true
          if (seen.has(from)) return false
          seen.add(from)
          return [...(waits.get(from) ?? [])].some((next) => reaches(next, goal, seen))
        }
        let expected = false
        for (const { from, to, isAside } of edges) {
          if (waits.has(from)) continue
          refs[from]?.tell({ type: 'Go', to, isAside })
          await kit.settle()
          if (isAside) continue
          waits.set(from, new Set(to))
          if (to.some((next) => reaches(next, from))) {
            expected = true
            break
          }
        }
        await kit.advance(1)
        const isReported = (kit.system.ledger().dropped['ask-cycle'] ?? 0) > 0
        t.is(isReported, expected)
        t.true(kit.ledgerBalanced())
      },
    ),
    { numRuns: 150 },
  )
})

import test from 'ava'
import fc from 'fast-check'

import type { ChildFailure, Decision, Directive } from '../../src/actors/index.ts'
import { receive } from '../../src/actors/index.ts'
import { testSystem } from '../../src/actors/testkit/index.ts'
import { TroupeError } from '../../src/platform/index.ts'
import type { Random } from '../../src/platform/index.ts'
import { oneForAll, oneForOne, on, restForOne, when } from '../../src/supervision/index.ts'

const random: Random = {
  float: () => 0,
  int: () => 0,
  bytes: (length) => new Uint8Array(length),
  id: () => '0',
}

const child = testSystem().spawn(receive<string>(() => undefined))

function failure(change: Partial<ChildFailure> = {}): ChildFailure {
  return {
    error: new TypeError('broken'),
    child,
    childId: 1,
    restart: 'transient',
    kind: 'failure',
    restarts: 0,
    nowMs: 0,
    random,
    ...change,
  }
}

const brief = ({ directive, scope, delayMs }: Decision): [Directive, string, number] => [
  directive,
  scope,
  delayMs,
]

class CacheError extends TroupeError {}
class StaleCacheError extends CacheError {}

test('restart is what happens by default, to the scope of the strategy', (t) => {
  t.deepEqual(brief(oneForOne().start().decide(failure())), ['restart', 'one', 0])
  t.deepEqual(brief(oneForAll().start().decide(failure())), ['restart', 'all', 0])
  t.deepEqual(brief(restForOne().start().decide(failure())), ['restart', 'rest', 0])
})

test('stop concerns the scope, resume and escalate the failed child alone', (t) => {
  for (const [directive, scope] of [
    ['stop', 'all'],
    ['resume', 'one'],
    ['escalate', 'one'],
  ] as const) {
    t.deepEqual(brief(oneForAll({ directive }).start().decide(failure())), [directive, scope, 0])
  }
})

/** What a failure looks like after it crossed a link: the class is lost, its words are not. */
const remote = (name: string, code?: string): unknown => ({
  name,
  message: 'from elsewhere',
  ...(code === undefined ? {} : { code, isTroupeError: true }),
})

const table: readonly (readonly [string, unknown, Directive])[] = [
  ['an instance of the class', new CacheError('TROUPE_CACHE_LOST', 'lost'), 'stop'],
  ['an instance of a subclass', new StaleCacheError('TROUPE_CACHE_STALE', 'stale'), 'stop'],
  ['the class by its name, from afar', remote('CacheError', 'TROUPE_CACHE_LOST'), 'stop'],
  ['a code', Object.assign(new RangeError('x'), { code: 'ECONNREFUSED' }), 'resume'],
  ['a code from afar', remote('SomeError', 'ECONNREFUSED'), 'resume'],
  ['a name', new SyntaxError('x'), 'escalate'],
  ['a name from afar', remote('SyntaxError'), 'escalate'],
  ['another Troupe error by its brand', remote('AskError', 'TROUPE_ASK_TIMEOUT'), 'stop'],
  ['what a predicate picks', 'a thrown text', 'resume'],
  ['what nothing matches', new TypeError('x'), 'restart'],
  ['undefined', undefined, 'restart'],
  ['null', null, 'restart'],
]

for (const [what, error, directive] of table) {
  test(`the table of rules decides ${directive} for ${what}`, (t) => {
    const strategy = oneForOne({
      decide: [
        on(CacheError, 'stop'),
        on('ECONNREFUSED', 'resume'),
        on('SyntaxError', 'escalate'),
        on(TroupeError, 'stop'),
        when('texts', (thrown) => typeof thrown === 'string', 'resume'),
      ],
    })
    t.is(strategy.start().decide(failure({ error })).directive, directive)
  })
}

test('the first rule that matches decides', (t) => {
  const strategy = oneForOne({ decide: [on(StaleCacheError, 'resume'), on(CacheError, 'stop')] })
  const decide = (error: unknown): Directive =>
    strategy.start().decide(failure({ error })).directive
  t.is(decide(new StaleCacheError('TROUPE_CACHE_STALE', 'x')), 'resume')
  t.is(decide(new CacheError('TROUPE_CACHE_LOST', 'x')), 'stop')
})

test('a temporary child is stopped where it would be restarted, and its siblings are left alone', (t) => {
  const supervisor = oneForAll({ maxRestarts: 0 }).start()
  t.deepEqual(brief(supervisor.decide(failure({ restart: 'temporary' }))), ['stop', 'one', 0])
})

test('a permanent child that ended is restarted whatever the rules say', (t) => {
  const supervisor = oneForOne({ directive: 'stop' }).start()
  t.is(supervisor.decide(failure({ kind: 'exit', restart: 'permanent' })).directive, 'restart')
})

test('one restart more than maxRestarts within the period escalates', (t) => {
  const supervisor = oneForOne({ maxRestarts: 3, periodMs: 1_000 }).start()
  const at = (nowMs: number): Directive => supervisor.decide(failure({ nowMs })).directive
  t.deepEqual([0, 10, 20, 999].map(at), ['restart', 'restart', 'restart', 'escalate'])
  t.deepEqual([1_000, 1_009, 1_010].map(at), ['restart', 'escalate', 'restart'])
})

test('restarts are counted over all children, or for each', (t) => {
  const both = (per: 'supervisor' | 'child'): Directive[] => {
    const supervisor = oneForOne({ maxRestarts: 1, per }).start()
    return [1, 2].map((childId) => supervisor.decide(failure({ childId })).directive)
  }
  t.deepEqual(both('supervisor'), ['restart', 'escalate'])
  t.deepEqual(both('child'), ['restart', 'restart'])
})

test('a child that is gone is forgotten', (t) => {
  const supervisor = oneForOne({
    maxRestarts: 1,
    per: 'child',
    backoff: { minMs: 10, maxMs: 1_000, jitterRatio: 0 },
  }).start()
  t.deepEqual(brief(supervisor.decide(failure())), ['restart', 'one', 10])
  supervisor.forget?.(1)
  t.deepEqual(brief(supervisor.decide(failure())), ['restart', 'one', 10])
})

test('the backoff of one-for-one is that of each child, that of the others is one for all', (t) => {
  const backoff = { minMs: 10, maxMs: 1_000, jitterRatio: 0 }
  const each = oneForOne({ backoff }).start()
  const all = oneForAll({ backoff }).start()
  const delay = (supervisor: typeof each, childId: number): number =>
    supervisor.decide(failure({ childId })).delayMs
  t.deepEqual(
    [1, 2, 1, 2].map((id) => delay(each, id)),
    [10, 10, 20, 20],
  )
  t.deepEqual(
    [1, 2, 1, 2].map((id) => delay(all, id)),
    [10, 20, 40, 80],
  )
})

test('never more than maxRestarts restarts lie within any period', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.nat({ max: 40 }), { maxLength: 60 }),
      (maxRestarts, periodMs, gaps) => {
        const supervisor = oneForOne({ maxRestarts, periodMs }).start()
        let nowMs = 0
        const admitted: number[] = []
        for (const gap of gaps) {
          nowMs += gap
          const within = admitted.filter((at) => nowMs - at < periodMs).length
          const { directive } = supervisor.decide(failure({ nowMs }))
          if (directive === 'restart') admitted.push(nowMs)
          if ((directive === 'restart') !== within < maxRestarts) {
            throw new RangeError(`${directive} with ${String(within)} restarts in the period`)
          }
        }
      },
    ),
  )
  t.pass()
})

test('a strategy describes itself', (t) => {
  t.is(oneForOne().description, 'one-for-one restart, 10 in 10 s')
  t.is(
    restForOne({
      directive: 'stop',
      decide: [on(CacheError, 'resume')],
      maxRestarts: 3,
      periodMs: 500,
      per: 'child',
      backoff: { minMs: 3_000, maxMs: 30_000 },
    }).description,
    'rest-for-one stop, CacheError: resume, 3 in 0.5 s each, backoff 3 s to 30 s',
  )
})

const outOfRange = [
  { maxRestarts: -1 },
  { maxRestarts: 2.5 },
  { maxRestarts: Number.NaN },
  { periodMs: 0 },
]
for (const options of outOfRange) {
  test(`a strategy with ${Object.entries(options).join(' ')} is refused`, (t) => {
    t.throws(() => oneForOne(options), { code: 'TROUPE_SUPERVISION_OPTION_INVALID' })
  })
}

test('in a system: delays grow until the child has rested', async (t) => {
  const kit = testSystem({
    supervision: oneForOne({ backoff: { minMs: 100, maxMs: 1_000, jitterRatio: 0 } }),
  })
  const actor = kit.spawn(
    receive<string>(() => {
      throw new TypeError('broken')
    }),
  )
  for (let n = 0; n < 5; n++) {
    actor.tell('crash')
    await kit.advance(1_000)
  }
  await kit.advance(1_000)
  actor.tell('crash')
  await kit.settle()
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ delayMs }) => delayMs),
    [100, 200, 400, 800, 1_000, 100],
  )
})

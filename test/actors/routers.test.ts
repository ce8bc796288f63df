import test from 'ava'
import fc from 'fast-check'

import {
  broadcast,
  choosing,
  consistentHash,
  group,
  leastLoaded,
  pool,
  randomly,
  receive,
  roundRobin,
  serviceKey,
  setup,
  stableHash,
  stopped,
} from '../../src/actors/index.ts'
import type {
  ActorRef,
  Behavior,
  RouteesReply,
  RouterControl,
  Routing,
} from '../../src/actors/index.ts'
import { buildRing, ownerOf } from '../../src/actors/routers/hash-ring.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import type { TestSystem } from '../../src/actors/testkit/index.ts'
import { oneForOne } from '../../src/supervision/index.ts'

/** Notes who handled what; `end` stops and `crash` fails the one that gets it. */
function noting(log: string[]): Behavior<string> {
  return setup((ctx) =>
    receive<string>((message) => {
      if (message === 'end') return stopped
      if (message === 'crash') throw new TypeError('broken')
      log.push(`${ctx.name} ${message}`)
      return undefined
    }),
  )
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f']

async function routees(
  kit: TestSystem,
  router: ActorRef<string | RouterControl>,
): Promise<readonly string[]> {
  const reply = router.ask<RouteesReply>((replyTo) => ({
    type: 'troupe.router.GetRoutees',
    replyTo,
  }))
  return (await kit.until(reply)).routees.map(({ id }) => id)
}

async function routed(routing: Routing<string>, messages: readonly string[]): Promise<string[]> {
  const kit = testSystem()
  const log: string[] = []
  const router = kit.spawn(pool(3, noting(log), { routing }))
  for (const message of messages) {
    router.tell(message)
    await kit.settle()
  }
  return log
}

test('round robin: one after the other, in a circle', async (t) => {
  t.deepEqual(await routed(roundRobin(), ['a', 'b', 'c', 'd']), [
    'routee-1 a',
    'routee-2 b',
    'routee-3 c',
    'routee-1 d',
  ])
})

test('broadcast: everybody gets each message', async (t) => {
  t.deepEqual(await routed(broadcast(), ['a']), ['routee-1 a', 'routee-2 a', 'routee-3 a'])
})

test('random: each gets its share, the same under the same seed', async (t) => {
  const messages = Array.from({ length: 300 }, (_, n) => String(n))
  const log = await routed(randomly(), messages)
  for (const name of ['routee-1', 'routee-2', 'routee-3']) {
    const share = log.filter((line) => line.startsWith(name)).length
    t.true(share > 60 && share < 140, `${name} got ${String(share)}`)
  }
  t.deepEqual(await routed(randomly(), messages), log)
})

test('least loaded: whoever has least in its mailbox or at hand, in turn among equals', async (t) => {
  const kit = testSystem()
  const gates = new Map<string, Gate>()
  const log: string[] = []
  const router = kit.spawn(
    pool(
      3,
      setup<string>((ctx) => {
        const gate = new Gate()
        gates.set(ctx.name, gate)
        return receive<string>(async (message) => {
          log.push(`${ctx.name} ${message}`)
          await gate.pass()
        })
      }),
      { routing: leastLoaded() },
    ),
  )
  await kit.settle()
  const tell = async (message: string): Promise<void> => {
    router.tell(message)
    await kit.settle()
  }
  for (const message of ['a', 'b', 'c', 'd']) await tell(message)
  gates.get('routee-2')?.open()
  await kit.settle()
  for (const message of ['e', 'f']) await tell(message)
  t.deepEqual(log, ['routee-1 a', 'routee-2 b', 'routee-3 c', 'routee-2 e', 'routee-2 f'])
})

test('consistent hash: messages of one key go to one routee', async (t) => {
  const routing = consistentHash<string>({ key: (message) => message.charAt(0) })
  const messages = letters.flatMap((letter) => [`${letter}1`, `${letter}2`, `${letter}3`])
  const owners = new Map<string, Set<string>>()
  for (const line of await routed(routing, messages)) {
    const [owner = '', message = ''] = line.split(' ')
    const key = message.charAt(0)
    owners.set(key, (owners.get(key) ?? new Set()).add(owner))
  }
  t.deepEqual(
    letters.map((letter) => owners.get(letter)?.size),
    [1, 1, 1, 1, 1, 1],
  )
})

test('a routing of one own picks by the message', async (t) => {
  const routing = choosing<string>('by length', (all, message) => all[message.length % all.length])
  t.deepEqual(await routed(routing, ['aaa', 'a', 'aa']), [
    'routee-1 aaa',
    'routee-2 a',
    'routee-3 aa',
  ])
})

test('the hash is written down: these values are the same on every machine', (t) => {
  t.deepEqual(
    ['', 'a', 'b', 'key-1', 'Grüße', '日本'].map(stableHash),
    [2872998923, 2448022055, 135196497, 3537961607, 3724243721, 3490853225],
  )
})

test('on a ring the order of the owners does not matter, and each has its share', (t) => {
  const ids = ['one', 'two', 'three', 'four']
  const ring = buildRing(ids, 128)
  const reversed = buildRing([...ids].reverse(), 128)
  const shares = [0, 0, 0, 0]
  for (let n = 0; n < 4_000; n++) {
    const owner = ownerOf(ring, `key-${String(n)}`) ?? -1
    shares[owner] = (shares[owner] ?? 0) + 1
    t.is(ids[owner], [...ids].reverse()[ownerOf(reversed, `key-${String(n)}`) ?? -1])
  }
  for (const share of shares) t.true(share > 600 && share < 1_500, String(shares))
})

test('when an owner leaves or comes, only the keys it had or gets move', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 12 }),
      fc.array(fc.string(), { minLength: 1, maxLength: 50 }),
      fc.nat(),
      (ids, keys, which) => {
        const gone = ids[which % ids.length] ?? ''
        const left = ids.filter((id) => id !== gone)
        const before = buildRing(ids, 32)
        const after = buildRing(left, 32)
        for (const key of keys) {
          const was = ids[ownerOf(before, key) ?? -1]
          const is = left[ownerOf(after, key) ?? -1]
          if (was !== gone && was !== is) throw new RangeError(`'${key}' moved for nothing`)
          if (is === undefined) throw new RangeError(`'${key}' has no owner`)
        }
      },
    ),
  )
  t.is(ownerOf(buildRing([], 32), 'key'), undefined)
})

test('a routee that fails is restarted by the strategy of the pool, and keeps its place', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const supervision = oneForOne({ maxRestarts: 100 })
  const router = kit.spawn(pool(2, noting(log), { supervision }), 'pool')
  for (const message of ['a', 'crash', 'b', 'c']) router.tell(message)
  await kit.settle()
  t.deepEqual(log, ['routee-1 a', 'routee-1 b', 'routee-2 c'])
  t.is(
    kit.system.tree().find(({ path }) => path === router.path)?.strategy,
    supervision.description,
  )
})

test('a routee that ended leaves, and none is left behind by its messages', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const router = kit.spawn(pool(3, noting(log)))
  router.tell('a')
  router.tell('end')
  await kit.settle()
  for (const message of ['b', 'c', 'd']) router.tell(message)
  t.deepEqual(await routees(kit, router), ['routee-1', 'routee-3'])
  t.is(log.length, 4)
  t.true(kit.ledgerBalanced())
})

test('without a routee a message is a dead letter with its reason', async (t) => {
  const kit = testSystem()
  for (const routing of [
    roundRobin<string>(),
    broadcast<string>(),
    randomly<string>(),
    leastLoaded<string>(),
    consistentHash<string>({ key: (message) => message }),
  ]) {
    kit.spawn(pool(0, noting([]), { routing })).tell(routing.description)
  }
  await kit.settle()
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [
      ['round robin', 'no-routee'],
      ['broadcast', 'no-routee'],
      ['random', 'no-routee'],
      ['least loaded', 'no-routee'],
      ['consistent hash', 'no-routee'],
    ],
  )
  t.is(kit.system.ledger().handled, 0)
  t.true(kit.ledgerBalanced())
})

test('a pool grows and shrinks; who leaves first handles what it was sent', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const router = kit.spawn(pool(3, noting(log)))
  for (const message of ['a', 'b', 'c']) router.tell(message)
  router.tell({ type: 'troupe.router.ResizePool', size: 1 })
  router.tell('d')
  t.deepEqual(await routees(kit, router), ['routee-1'])
  t.deepEqual([...log].sort(), ['routee-1 a', 'routee-1 d', 'routee-2 b', 'routee-3 c'])
  router.tell({ type: 'troupe.router.ResizePool', size: 4 })
  t.deepEqual(await routees(kit, router), ['routee-1', 'routee-2', 'routee-3', 'routee-4'])
  t.is(kit.events.of('DeadLetter').length, 0)
  t.true(kit.ledgerBalanced())
})

test('a slot that is still stopping is not given to a new routee', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const router = kit.spawn(
    pool(
      2,
      receive<string>(() => gate.pass()),
    ),
  )
  for (const message of ['a', 'b']) router.tell(message)
  await kit.settle()
  router.tell({ type: 'troupe.router.ResizePool', size: 1 })
  router.tell({ type: 'troupe.router.ResizePool', size: 2 })
  t.deepEqual(await routees(kit, router), ['routee-1', 'routee-3'])
})

test('a group routes to those given, as long as they live', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const members = ['x', 'y'].map((name) => kit.spawn(noting(log), name))
  const router = kit.spawn(group(members))
  for (const message of ['a', 'b', 'end']) router.tell(message)
  await kit.settle()
  router.tell('c')
  t.deepEqual(await routees(kit, router), ['troupe://test/user/y'])
  t.deepEqual(log, ['x a', 'y b', 'y c'])
})

test('a group of a service key follows the receptionist', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const key = serviceKey<string>('notes')
  const router = kit.spawn(group(key, { routing: broadcast() }))
  router.tell('too early')
  await kit.settle()
  const x = kit.spawn(noting(log), 'x')
  kit.system.receptionist.register(key, x)
  kit.system.receptionist.register(key, kit.spawn(noting(log), 'y'))
  await kit.settle()
  router.tell('a')
  await kit.settle()
  await kit.until(kit.system.stop(x))
  router.tell('b')
  await kit.settle()
  t.deepEqual(log, ['x a', 'y a', 'y b'])
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message }) => message),
    ['too early'],
  )
  t.true(kit.ledgerBalanced())
})

test('a group that is restarted subscribes once, not once more', async (t) => {
  const kit = testSystem()
  const key = serviceKey<string>('notes')
  const routing = choosing<string>('broken', () => {
    throw new TypeError('no choice')
  })
  const router = kit.spawn(group(key, { routing }))
  await kit.settle()
  for (let i = 0; i < 3; i++) {
    router.tell('crash')
    await kit.settle()
  }
  let listings = 0
  kit.intercept((recipient, message) => {
    const isListed = (message as { type?: unknown }).type === 'troupe.router.Listed'
    if (recipient === router && isListed) listings++
    return 'deliver'
  })
  kit.system.receptionist.register(key, kit.probe<string>().ref)
  await kit.settle()
  t.is(listings, 1)
})

test('least loaded spreads evenly over refs whose mailboxes it can not see', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const refs = ['x', 'y', 'z'].map((name): ActorRef<string> => {
    const ref = kit.spawn(noting(log), name)
    return {
      tell: (message) => {
        ref.tell(message)
      },
      ask: (build, options) => ref.ask(build, options),
      offer: (message, options) => ref.offer(message, options),
      path: ref.path,
      addWatcher: () => undefined,
      removeWatcher: () => undefined,
    } as ActorRef<string>
  })
  const router = kit.spawn(group(refs, { routing: leastLoaded() }))
  for (const letter of letters) router.tell(letter)
  await kit.settle()
  t.deepEqual(
    ['x', 'y', 'z'].map((name) => log.filter((line) => line.startsWith(name)).length),
    [2, 2, 2],
  )
})

test('sizes and virtual nodes out of range are refused', (t) => {
  for (const size of [-1, 1.5, Number.NaN, 2 ** 17]) {
    t.throws(() => pool(size, noting([])), { code: 'TROUPE_ROUTER_OPTION_INVALID' })
  }
  for (const virtualNodes of [0, 5_000, 1.5]) {
    t.throws(() => consistentHash<string>({ key: (message) => message, virtualNodes }), {
      code: 'TROUPE_ROUTER_OPTION_INVALID',
    })
  }
})

for (const offered of [false, true]) {
  test(`a message that has no key ends as a dead letter, and the routees live on, ${offered ? 'offered' : 'told'}`, async (t) => {
    const kit = testSystem()
    const log: string[] = []
    const routing = consistentHash<string>({
      key: (message) => {
        if (message === 'poison') throw new TypeError('no key in it')
        return message
      },
    })
    const router = kit.spawn(pool(2, noting(log), { routing }))
    await kit.settle()
    for (const message of ['a', 'poison', 'b']) {
      if (offered) await kit.until(router.offer(message))
      else router.tell(message)
    }
    await kit.settle()
    t.deepEqual(log.map((line) => line.slice(-1)).sort(), ['a', 'b'])
    t.deepEqual(kit.system.ledger().dropped, { unroutable: 1 })
    t.deepEqual(
      kit.events.of('DeadLetter').map(({ message }) => message),
      ['poison'],
    )
    t.is(kit.events.of('FailureIgnored').length, 1)
    t.is(kit.events.of('ChildFailed').length, 0)
    t.true(kit.ledgerBalanced())
  })
}

import { inspect } from 'node:util'

import test from 'ava'

import { ActorSystem, receive, setup } from '../../src/actors/index.ts'
import { testSystem } from '../../src/actors/testkit/index.ts'

const plain = { interception: false }
const idle = receive<string>(() => undefined)

test('a path names the system and all ancestors', async (t) => {
  const kit = testSystem({ ...plain, name: 'orders' })
  const paths: string[] = []
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(idle, 'cart-7')
      paths.push(ctx.path, ctx.name, ctx.self.path, child.path, ctx.parent?.path ?? '')
      return idle
    }),
    'user-1',
  )
  await kit.settle()
  t.deepEqual(paths, [
    'troupe://orders/user/user-1',
    'user-1',
    'troupe://orders/user/user-1',
    'troupe://orders/user/user-1/cart-7',
    'troupe://orders/user',
  ])
  t.is(inspect(parent), 'ActorRef(troupe://orders/user/user-1)')
})

test('the tree is found by its paths, whole or relative to the root', async (t) => {
  const kit = testSystem(plain)
  const parent = kit.spawn(
    setup<string>((ctx) => {
      ctx.spawn(idle, 'child')
      return idle
    }),
    'parent',
  )
  const unnamed = kit.spawn(idle)
  await kit.settle()
  t.is(kit.system.find('/user/parent'), parent)
  t.is(kit.system.find(`${parent.path}/child`)?.path, `${parent.path}/child`)
  t.is(kit.system.find(unnamed.path), unnamed)
  t.is(kit.system.find('/user/parent/nobody'), undefined)
  t.is(kit.system.find('/user/$999'), undefined)
})

test('unnamed actors get names of their own, which nobody else can take', (t) => {
  const kit = testSystem(plain)
  const names = Array.from({ length: 100 }, () => kit.spawn(idle).path.split('/').pop())
  t.is(new Set(names).size, 100)
  for (const name of names) {
    t.regex(name ?? '', /^\$\d+$/)
    t.throws(() => kit.spawn(idle, name), { code: 'TROUPE_ACTOR_NAME_ILLEGAL' })
  }
})

for (const name of ['', '$1', 'a/b', 'a b', 'é', 'x'.repeat(129), '?', '#']) {
  test(`'${name.slice(0, 10)}' (${String(name.length)} characters) can't name an actor`, (t) => {
    const kit = testSystem(plain)
    t.throws(() => kit.spawn(idle, name), { code: 'TROUPE_ACTOR_NAME_ILLEGAL' })
    t.is(kit.system.tree().length, 3)
  })
}

test('names may hold all characters of the contract', (t) => {
  const kit = testSystem(plain)
  for (const name of ['Az09-_.~@:=+,!()', 'x', 'x'.repeat(128), '-', 'a$b']) {
    t.is(kit.spawn(idle, name).path, `troupe://test/user/${name}`)
  }
})

test('a name is taken among siblings only, until its actor has terminated', async (t) => {
  const kit = testSystem(plain)
  const first = kit.spawn(idle, 'name')
  kit.system.spawnService(idle, 'name')
  t.throws(() => kit.spawn(idle, 'name'), { code: 'TROUPE_ACTOR_NAME_TAKEN' })
  await kit.until(kit.system.stop(first))
  const second = kit.spawn(idle, 'name')
  t.not(first, second)
  t.is(kit.system.find('/user/name'), second)
  first.tell('to the first')
  t.is(kit.events.of('DeadLetter').length, 1, 'a ref never leads to a successor of the same name')
})

test('a name is taken while its actor is still stopping', async (t) => {
  const kit = testSystem(plain)
  const first = kit.spawn(idle, 'name')
  first.tell('work')
  void kit.system.stop(first)
  t.throws(() => kit.spawn(idle, 'name'), { code: 'TROUPE_ACTOR_NAME_TAKEN' })
  await kit.settle()
  t.notThrows(() => kit.spawn(idle, 'name'))
})

test('an actor knows its children in the order in which they were spawned', async (t) => {
  const kit = testSystem(plain)
  const seen: unknown[] = []
  kit.spawn(
    setup<string>((ctx) => {
      const a = ctx.spawn(idle, 'a')
      const b = ctx.spawn(idle)
      seen.push(ctx.children().length, ctx.children()[0] === a, ctx.children()[1] === b)
      seen.push(ctx.childCount, ctx.child('a') === a, ctx.child('c'))
      return idle
    }),
  )
  await kit.settle()
  t.deepEqual(seen, [2, true, true, 2, true, undefined])
})

for (const name of ['', '-a', 'a b', 'a/b', 'x'.repeat(129)]) {
  test(`'${name.slice(0, 10)}' (${String(name.length)} characters) can't name a system`, (t) => {
    t.throws(() => testSystem({ name }), { code: 'TROUPE_SYSTEM_NAME_ILLEGAL' })
  })
}

test('a system needs nothing but a name', async (t) => {
  const system = ActorSystem.create('bare')
  const reply = await system
    .spawn(receive<{ replyTo: { tell: (m: string) => void } }>((m) => m.replyTo.tell('hello')))
    .ask<string>((replyTo) => ({ replyTo }))
  t.is(reply, 'hello')
  t.is((await system.terminate()).failure, undefined)
})

test('a ref shows and stringifies as its path, also where an ask waits behind it', async (t) => {
  const kit = testSystem()
  let replyTo: unknown
  const ref = kit.spawn(
    receive<{ readonly replyTo: unknown }>((message) => {
      replyTo = message.replyTo
    }),
    'a',
  )
  const asked = ref.ask<string>((to) => ({ replyTo: to }), { timeoutMs: 10 })
  await kit.settle()
  t.is(JSON.stringify({ ref }), '{"ref":"troupe://test/user/a"}')
  t.is(JSON.stringify({ replyTo }), '{"replyTo":"troupe://test/user/a?ask"}')
  t.is(inspect(replyTo), 'ActorRef(troupe://test/user/a?ask)')
  await t.throwsAsync(kit.until(asked), { code: 'TROUPE_ASK_TIMEOUT' })
})

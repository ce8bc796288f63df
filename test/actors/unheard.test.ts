import test from 'ava'

import { ActorSystem, receive, setup } from '../../src/actors/index.ts'
import type { ActorRef, ActorSystemOptions, Behavior } from '../../src/actors/index.ts'
import { Gate, memoryEnvironment } from '../../src/actors/testkit/index.ts'
import type { MemoryWorld } from '../../src/actors/testkit/index.ts'
import { oneForOne } from '../../src/supervision/index.ts'

const failing = receive<string>((message) => {
  throw new TypeError(`no ${message} here`)
})

/** A system without a test kit, which subscribes to everything. */
function start(options: ActorSystemOptions = {}): { system: ActorSystem; world: MemoryWorld } {
  const world = memoryEnvironment()
  const environment = world.environment('main')
  return { system: ActorSystem.create('main', { ...options, environment }), world }
}

function lines(world: MemoryWorld): string[] {
  return world.logEntries.map(({ level, message }) => `${level} ${message}`)
}

test('a failure that nobody hears of is in the log, with its directive and the error', async (t) => {
  const { system, world } = start()
  system.spawn(failing, 'a').tell('luck')
  system.spawn(failing, 'b', { restart: 'temporary' }).tell('luck')
  await world.settle()
  t.is(world.logEntries.length, 2)
  t.regex(lines(world)[0] ?? '', /^warn troupe:\/\/.*\/user\/a has failed: restart \(/)
  t.regex(lines(world)[1] ?? '', /^error troupe:\/\/.*\/user\/b has failed: stop \(/)
  t.true(world.logEntries[0]?.fields['error'] instanceof TypeError)
})

test('a stack that was told is not told again with each failure like it', async (t) => {
  const { system, world } = start()
  const error = new TypeError('no luck here')
  const actor = system.spawn(
    receive<string>(() => {
      throw error
    }),
    'a',
  )
  actor.tell('once')
  actor.tell('and again')
  await world.settle()
  const [first, second] = world.logEntries
  t.deepEqual(first?.fields, { error })
  t.regex(second?.message ?? '', /has failed: restart/)
  t.deepEqual(second?.fields, {})
})

test('who subscribes to failures has the log to itself', async (t) => {
  const { system, world } = start()
  const heard: string[] = []
  system.eventStream.subscribe('ChildFailed', ({ path }) => heard.push(path))
  system.spawn(failing, 'a').tell('luck')
  await world.settle()
  t.is(heard.length, 1)
  t.deepEqual(lines(world), [])
})

test('a storm of failures leaves ten lines a minute, and a count of the rest', async (t) => {
  const supervision = oneForOne({ maxRestarts: 60_000, periodMs: 1 })
  const { system, world } = start({ supervision })
  const actor = system.spawn(failing, 'a')
  for (let i = 0; i < 1_000; i++) actor.tell('luck')
  await world.settle()
  t.is(world.logEntries.length, 10)
  await world.advance(60_000)
  t.is(world.logEntries.length, 11)
  t.deepEqual(world.logEntries.at(-1)?.fields, { leftOut: 990 })
  actor.tell('luck')
  await world.settle()
  t.is(world.logEntries.length, 12)
})

test('what was left out is told when the system ends', async (t) => {
  const supervision = oneForOne({ maxRestarts: 60_000, periodMs: 1 })
  const { system, world } = start({ supervision })
  const actor = system.spawn(failing, 'a')
  for (let i = 0; i < 15; i++) actor.tell('luck')
  await world.settle()
  await world.until(system.terminate())
  t.deepEqual(world.logEntries.at(-1)?.fields, { leftOut: 5 })
})

test('a failure while stopping, and an actor that is given up, are in the log', async (t) => {
  const { system, world } = start()
  const bad = receive<string>(
    () => undefined,
    () => {
      throw new TypeError('not while I am going')
    },
  )
  const ending = system.spawn(bad, 'bad')
  ending.tell('begin')
  await world.until(system.stop(ending))
  const gate = new Gate()
  const parent: Behavior<string> = setup((ctx) => {
    const child: ActorRef<string> = ctx.spawn(
      receive<string>(() => gate.pass()),
      'stuck',
    )
    return receive((message) => {
      child.tell(message)
    })
  })
  const ref = system.spawn(parent, 'parent', { shutdownMs: 60_000 })
  ref.tell('wait')
  await world.settle()
  await world.until(system.stop(ref))
  t.deepEqual(
    lines(world).map((line) => line.replace(/troupe:\/\/[^/]*/, '')),
    [
      'warn /user/bad has failed where no directive can help any more',
      'warn /user/parent/stuck was given up: its handler did not come back within 5000 ms',
    ],
  )
})

test('ten dead letters are in the log, the last with a note that it is the last', async (t) => {
  const { system, world } = start()
  const actor = system.spawn(failing, 'a')
  await world.until(system.stop(actor))
  for (let i = 0; i < 20; i++) actor.tell({ type: 'Order' } as unknown as string)
  const told = lines(world).filter((line) => line.startsWith('info dead letter: Order to'))
  t.is(told.length, 10)
  t.regex(told[0] ?? '', /\(stopped\)$/)
  t.regex(told[9] ?? '', /only counted/)
})

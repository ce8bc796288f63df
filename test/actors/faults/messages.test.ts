import test from 'ava'

import { receive } from '../../../src/actors/index.ts'
import type { ActorRef, ActorSystem } from '../../../src/actors/index.ts'
import { EventLog, faults, injectFaults } from '../../../src/actors/testkit/index.ts'
import type { FaultError } from '../../../src/actors/testkit/index.ts'
import { both } from './both.ts'

type Put = { readonly type: 'Put'; readonly n: number; readonly note: string }
type ToStore = Put | { readonly type: 'Get'; readonly replyTo: ActorRef<readonly Put[]> }

/** An actor that keeps what it is told, over all its incarnations. */
function store(system: ActorSystem): {
  readonly ref: ActorRef<ToStore>
  readonly puts: Put[]
  readonly numbers: () => Promise<readonly number[]>
} {
  const puts: Put[] = []
  const ref = system.spawn(
    receive<ToStore>((message) => {
      if (message.type === 'Put') puts.push(message)
      else message.replyTo.tell([...puts])
    }),
    'store',
  )
  const numbers = async (): Promise<readonly number[]> =>
    (await ref.ask<readonly Put[]>((replyTo) => ({ type: 'Get', replyTo }))).map(({ n }) => n)
  return { ref, puts, numbers }
}

const put = (n: number): Put => ({ type: 'Put', n, note: `note ${n}` })

both('fail on the nth message fails the receiver in its place', async (t, place) => {
  const system = place.system('shop')
  const events = new EventLog(system.eventStream, ['ChildFailed'])
  const { ref, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  chaos.failOn('/user/store', { message: 'Put', nth: 3 })
  for (let n = 1; n <= 5; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [1, 2, 4, 5])
  t.like(events.of('ChildFailed')[0], { directive: 'restart', path: ref.path })
  t.like(events.of('ChildFailed')[0]?.error, {
    code: 'TROUPE_FAULT_INJECTED',
    data: { messageType: 'Put' },
  })
  t.is(system.ledger().failed, 1)
  chaos.expectAllFired()
})

both('the failure that is injected is the one that was named', async (t, place) => {
  const system = place.system('shop')
  const events = new EventLog(system.eventStream, ['ChildFailed'])
  const { ref, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const error = { code: 'E_STORE_DOWN', message: 'the store is down' }
  const fault = chaos.failOn('/user/*', { message: 'P*', atMost: 2, error })
  for (let n = 1; n <= 4; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [3, 4])
  t.is(fault.count, 2)
  for (const failed of events.of('ChildFailed')) t.like(failed.error, error)
})

both('dropped messages are dead letters with their reason', async (t, place) => {
  const system = place.system('shop')
  const events = new EventLog(system.eventStream, ['DeadLetter'])
  const { ref, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const fault = chaos.drop('/user/store', { message: 'Put', every: 2 })
  for (let n = 1; n <= 5; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [1, 3, 5])
  t.is(fault.count, 2)
  t.is(system.ledger().dropped['intercepted'], 2)
  t.deepEqual(
    events.of('DeadLetter').map(({ reason }) => reason),
    ['intercepted', 'intercepted'],
  )
})

both('a delayed message is overtaken, and is in flight meanwhile', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  chaos.delay('/user/store', 50, { message: 'Put', nth: 1 })
  ref.tell(put(1))
  ref.tell(put(2))
  t.deepEqual(await numbers(), [2])
  t.is(system.ledger().inFlight, 1)
  await place.eventually(() => puts.length === 2)
  t.deepEqual(await numbers(), [2, 1])
  t.is(system.ledger().inFlight, 0)
})

both('a delay that keeps the order holds what follows too', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const fault = chaos.delay('/user/store', 40, { message: 'Put', nth: 2, keepOrder: true })
  for (let n = 1; n <= 4; n++) ref.tell(put(n))
  await place.eventually(() => puts.length === 4)
  t.deepEqual(await numbers(), [1, 2, 3, 4])
  t.is(fault.count, 1)
})

both('messages that are still held go on when the injection ends', async (t, place) => {
  const system = place.system('shop')
  const { ref, numbers } = store(system)
  const chaos = faults(place.targets({ systems: [system] }))
  chaos.delay('/user/store', 3_600_000, { message: 'Put' })
  for (let n = 1; n <= 3; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [])
  await chaos.stop()
  t.deepEqual(await numbers(), [1, 2, 3])
  ref.tell(put(4))
  t.deepEqual(await numbers(), [1, 2, 3, 4])
})

both('a duplicated message is handled as often, right behind the first', async (t, place) => {
  const system = place.system('shop')
  const { ref, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  chaos.duplicate('/user/store', { message: 'Put', nth: 2, copies: 2 })
  for (let n = 1; n <= 3; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [1, 2, 2, 2, 3])
})

both('a corrupted message differs in one field, and the sender keeps its own', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  chaos.corrupt('/user/store', { message: 'Put', nth: 1, field: 'n', value: -1 })
  chaos.corrupt('/user/store', { message: 'Put', nth: 2, field: 'note' })
  chaos.corrupt('/user/store', { message: 'Put', nth: 3 })
  const sent = [put(1), put(2), put(3)]
  for (const message of sent) ref.tell(message)
  t.deepEqual((await numbers())[0], -1)
  t.is(puts[1]?.n, 2)
  t.not(puts[1]?.note, 'note 2')
  t.notDeepEqual(puts[2], put(3))
  t.is(puts[2]?.type, 'Put')
  t.deepEqual(sent, [put(1), put(2), put(3)])
  chaos.expectAllFired()
})

both('faults begin at a message, or at an event', async (t, place) => {
  const system = place.system('shop')
  const { ref, numbers } = store(system)
  await using chaos = injectFaults(place.targets({ systems: [system] }), [
    {
      type: 'drop',
      actor: '/user/store',
      nth: 1,
      at: { actor: '/user/store', message: 'Put', nth: 2 },
    },
    {
      type: 'fail',
      actor: '/user/store',
      nth: 2,
      at: { actor: '/user/store', message: 'Put', nth: 2 },
    },
    { type: 'drop', actor: '/user/store', message: 'Put', nth: 1, at: { event: 'ChildFailed' } },
  ])
  ref.tell(put(1))
  ref.tell(put(2))
  ref.tell(put(3))
  ref.tell(put(4))
  await place.eventually(() => system.ledger().failed === 1)
  await place.pass(1)
  ref.tell(put(5))
  t.deepEqual(await numbers(), [1, 2])
  ref.tell(put(6))
  t.deepEqual(await numbers(), [1, 2, 6])
  t.deepEqual(
    chaos.report.faults.map(({ count }) => count),
    [1, 1, 1],
  )
})

both('a fault begins after its time, counted from its injection', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const fault = chaos.drop('/user/store', { message: 'Put', at: { afterMs: 30 } })
  await place.eventually(() => {
    ref.tell(put(1))
    return fault.count > 0
  })
  t.true((fault.outcome.firstMs ?? 0) >= 29)
  t.true(puts.length >= 1)
})

both('a killed actor is gone with what waited for it', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const fault = chaos.killActor('/user/st*', {
    at: { actor: '/user/store', message: 'Put', nth: 2 },
  })
  ref.tell(put(1))
  ref.tell(put(2))
  await fault.whenFired
  await place.eventually(() => system.find('/user/store') === undefined)
  ref.tell(put(3))
  t.true(puts.every(({ n }) => n <= 2))
  t.true((system.ledger().dropped['stopped'] ?? 0) >= 1)
})

both('of two faults that hit one message only the first has fired', async (t, place) => {
  const system = place.system('shop')
  const { ref, numbers } = store(system)
  await using chaos = faults(place.targets({ systems: [system] }))
  const twice = chaos.duplicate('/user/store', { message: 'Put', nth: 2 })
  const lost = chaos.drop('/user/store', { message: 'Put', nth: 2 })
  for (let n = 1; n <= 3; n++) ref.tell(put(n))
  t.deepEqual(await numbers(), [1, 2, 2, 3])
  t.is(twice.count, 1)
  t.is(lost.count, 0)
  t.regex(lost.outcome.problem ?? '', /3 messages fitted.*1 would have been, but another fault/)
  t.throws(
    () => {
      chaos.expectAllFired()
    },
    { code: 'TROUPE_FAULT_NEVER_FIRED' },
  )
})

both('what never fired is told, with the reason', async (t, place) => {
  const system = place.system('shop')
  const { ref, numbers } = store(system)
  const chaos = faults(place.targets({ systems: [system] }))
  chaos.drop('/user/stoer')
  chaos.drop('/user/store', { message: 'Put', nth: 9 })
  chaos.killActor('/user/nobody')
  chaos.drop('/user/store', { message: 'Put', nth: 1 })
  ref.tell(put(1))
  ref.tell(put(2))
  t.deepEqual(await numbers(), [2])
  const error = t.throws<FaultError>(() => {
    chaos.expectAllFired()
  })
  t.is(error?.code, 'TROUPE_FAULT_NEVER_FIRED')
  const report = await chaos.stop()
  t.deepEqual(
    report.neverFired.map(({ problem }) => problem),
    ['no message fitted', '2 messages fitted, none was hit', 'no actor /user/nobody lived'],
  )
  t.is(report.fired.length, 1)
})

both('the same seed hits the same messages', async (t, place) => {
  const system = place.system('shop')
  const { ref, puts, numbers } = store(system)
  const runs: (readonly number[])[] = []
  for (const seed of ['a', 'a', 'b']) {
    puts.length = 0
    const chaos = faults(place.targets({ systems: [system], seed }))
    chaos.drop('/user/store', { message: 'Put', probability: 0.5 })
    for (let n = 1; n <= 40; n++) ref.tell(put(n))
    runs.push(await numbers())
    t.is((await chaos.stop()).seed, seed)
  }
  t.deepEqual(runs[0], runs[1])
  t.notDeepEqual(runs[0], runs[2])
})

test('what has no target, or comes after the end, is refused', async (t) => {
  const chaos = faults({ systems: [] })
  const codes = [
    () => chaos.drop('/user/a'),
    () => chaos.killActor('/user/a', { node: 'elsewhere' }),
    () => chaos.killThread(),
    () => chaos.killProcess('p'),
    () => chaos.freeze('p', { at: { afterMs: 5 } }),
    () => chaos.restartNode('p'),
    () => chaos.cutLink('a', 'b'),
    () => chaos.fillDisk('a'),
    () => chaos.skewClock('a', 5),
    () => faults({ processes: { self: process.pid } }),
    () => faults({ processes: { all: -1 } }),
  ].map((call) => t.throws<FaultError>(call)?.code)
  t.deepEqual(new Set(codes), new Set(['TROUPE_FAULT_NO_TARGET']))
  await chaos.stop()
  t.is(t.throws<FaultError>(() => chaos.drop('/user/a'))?.code, 'TROUPE_FAULT_STOPPED')
})

test('targets that are misspelt, or none, are refused', (t) => {
  const refused = (target: unknown, message: RegExp): void => {
    t.throws(() => faults(target as ActorSystem), { code: 'TROUPE_FAULT_INVALID', message })
  }
  refused(undefined, /target is undefined: it takes an ActorSystem/)
  refused({ sytem: 1 }, /target\.sytem /)
  t.throws(() => injectFaults({}, { type: 'drop', actor: '/user/a' } as never), {
    code: 'TROUPE_FAULT_INVALID',
    message: /a list of faults/,
  })
})

test('nothing of a list is injected if one of it can not be', async (t) => {
  const chaos = faults({ systems: [] })
  t.throws(() => chaos.injectAll([{ type: 'drop', actor: '/user/a' }]))
  t.is(chaos.report.faults.length, 0)
  await chaos.stop()
})

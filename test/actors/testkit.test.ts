import test from 'ava'

import { receive } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import { isTroupeError } from '../../src/platform/index.ts'

const fails = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => (isTroupeError(error) ? error.code : String(error)),
  )

test('nothing runs until the test lets the world settle', async (t) => {
  const { system, settle } = bound(testSystem())
  let handled = 0
  const ref = system.spawn(receive<string>(() => void handled++))
  ref.tell('one')
  await Promise.resolve()
  t.is(handled, 0)
  await settle()
  t.is(handled, 1)
})

test('a probe hands messages out in the order in which they came', async (t) => {
  const probe = testSystem().probe<number>()
  for (const n of [1, 2, 3]) probe.ref.tell(n)
  t.is(await probe.expectMessage(1), 1)
  t.deepEqual(await probe.receiveMany(2), [2, 3])
  await probe.expectNoMessage()
})

test('a probe waits in virtual time, and only as long as it must', async (t) => {
  const kit = testSystem()
  const probe = kit.probe<string>()
  kit.world.clock.setTimer(700, () => {
    probe.ref.tell('late')
  })
  t.is(await probe.receive(1_000), 'late')
  t.is(kit.world.clock.now(), 700)
})

test('a probe that gets nothing, or something else, says so', async (t) => {
  const kit = testSystem()
  const probe = kit.probe<string>()
  t.is(await fails(probe.receive(50)), 'TROUPE_TESTKIT_NOTHING_RECEIVED')
  probe.ref.tell('a')
  t.is(await fails(probe.expectMessage('b')), 'TROUPE_TESTKIT_UNEXPECTED')
  probe.ref.tell('c')
  t.is(await fails(probe.expectNoMessage()), 'TROUPE_TESTKIT_UNEXPECTED')
  probe.clear()
  const actor = kit.spawn(receive<string>(() => undefined))
  probe.watch(actor)
  void kit.system.stop(actor)
  t.is(await fails(probe.receive()), 'TROUPE_TESTKIT_UNEXPECTED')
})

test('a probe fishes the message it wants out of the others', async (t) => {
  const probe = testSystem().probe<number>()
  for (const n of [1, 2, 8, 9]) probe.ref.tell(n)
  t.is(await probe.fish((n) => n > 5), 8)
  t.deepEqual(probe.messages, [9])
})

test('a probe sees actors end, and stops looking at those it no longer watches', async (t) => {
  const kit = testSystem()
  const probe = kit.probe<string>()
  const actor = kit.spawn(receive<string>(() => undefined))
  const other = kit.spawn(receive<string>(() => undefined))
  probe.watch(other)
  probe.unwatch(other)
  probe.watch(actor)
  void kit.system.stop(other)
  void kit.system.kill(actor)
  t.is((await probe.expectTerminated(actor)).reason, 'killed')
  await probe.expectNoMessage()
})

test('messages can be seen and dropped on their way', async (t) => {
  const kit = testSystem()
  const probe = kit.probe<string>()
  const seen: unknown[] = []
  const end = kit.intercept((_recipient, message) => {
    seen.push(message)
    return 'deliver'
  })
  kit.drop((message) => message === 'lost', 1)
  for (const message of ['a', 'lost', 'lost', 'b']) probe.ref.tell(message)
  end()
  probe.ref.tell('c')
  t.deepEqual(await probe.receiveMany(4), ['a', 'lost', 'b', 'c'])
  t.deepEqual(seen, ['a', 'lost', 'lost', 'b'])
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [['lost', 'intercepted']],
  )
  t.true(kit.ledgerBalanced())
})

test('a system made without interception refuses to intercept', (t) => {
  const kit = testSystem({ interception: false })
  t.throws(() => kit.intercept(() => 'drop'), { code: 'TROUPE_TESTKIT_NO_INTERCEPTION' })
})

test('a gate holds handlers up, and lets through as many as the test wants', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const probe = kit.probe<number>()
  for (const n of [1, 2, 3]) {
    kit
      .spawn(
        receive<number>(async (message) => {
          await gate.pass()
          probe.ref.tell(message)
        }),
      )
      .tell(n)
  }
  await probe.expectNoMessage()
  t.is(gate.waiting, 3)
  gate.release()
  await probe.expectMessage(1)
  await probe.expectNoMessage()
  gate.open()
  t.deepEqual(await probe.receiveMany(2), [2, 3])
  t.is(gate.passed, 3)
})

test('systems of one world share its time', async (t) => {
  const one = testSystem({ name: 'one' })
  const two = testSystem({ name: 'two', world: one.world, node: 'second' })
  const probe = two.probe<string>()
  one.system.environment.clock.setTimer(10, () => {
    probe.ref.tell('tick')
  })
  await one.advance(10)
  t.deepEqual(probe.messages, ['tick'])
})

function bound(kit: ReturnType<typeof testSystem>): {
  system: typeof kit.system
  settle: () => Promise<void>
} {
  return { system: kit.system, settle: () => kit.settle() }
}

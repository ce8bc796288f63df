import test from 'ava'

import { receive, stopped } from '../../src/actors/index.ts'
import type { ActorRef } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import { isTroupeError } from '../../src/platform/index.ts'

const plain = { interception: false }

interface Question {
  readonly type: 'Question' | 'Silence' | 'End' | 'Crash' | 'Hold'
  readonly replyTo: ActorRef<string>
}

const gate = new Gate()

const oracle = receive<Question>((message) => {
  switch (message.type) {
    case 'Question':
      message.replyTo.tell('42')
      return undefined
    case 'Silence':
      return undefined
    case 'End':
      return stopped
    case 'Crash':
      throw new TypeError('broken')
    case 'Hold':
      return gate.pass()
  }
})

const question =
  (type: Question['type']) =>
  (replyTo: ActorRef<string>): Question => ({ type, replyTo })

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => `replied ${String(value)}`,
    (error: unknown) => (isTroupeError(error) ? error.code : String(error)),
  )

test('an ask ends by the reply', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  t.is(await kit.until(ref.ask(question('Question'))), '42')
  t.is(kit.world.clock.now(), 0)
  t.is(kit.system.ledger().handled, 2)
  t.true(kit.ledgerBalanced())
})

test('an ask without reply ends at its deadline, never before, at most 1/16 late', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  for (const timeoutMs of [5_000, 160, 1]) {
    const before = kit.world.clock.now()
    const options = timeoutMs === 5_000 ? {} : { timeoutMs }
    t.is(await kit.until(codeOf(ref.ask(question('Silence'), options))), 'TROUPE_ASK_TIMEOUT')
    const took = kit.world.clock.now() - before
    t.true(took >= timeoutMs, `${String(took)} ms of ${String(timeoutMs)}`)
    t.true(took <= timeoutMs + Math.max(2, timeoutMs / 16 + 1), `${String(took)} ms`)
  }
})

test('asks that are answered leave no timer behind', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  for (let n = 0; n < 10; n++) await kit.until(ref.ask(question('Question')))
  await kit.advance(10_000)
  t.is(kit.world.clock.nextDueMs(), undefined)
})

test('an abort ends the ask, before or after it was sent', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  const before = AbortSignal.abort('no interest')
  t.is(
    await kit.until(codeOf(ref.ask(question('Question'), { signal: before }))),
    'TROUPE_ASK_ABORTED',
  )
  const controller = new AbortController()
  const outcome = codeOf(ref.ask(question('Silence'), { signal: controller.signal }))
  await kit.settle()
  controller.abort()
  t.is(await kit.until(outcome), 'TROUPE_ASK_ABORTED')
  t.is(kit.system.ledger().sent, 1, 'what was aborted before was never sent')
})

test('the death of the receiver ends the ask at once', async (t) => {
  const kit = testSystem(plain)
  for (const how of ['End', 'Hold'] as const) {
    const ref = kit.spawn(oracle)
    const outcome = codeOf(ref.ask(question(how)))
    await kit.settle()
    void kit.system.kill(ref)
    gate.release()
    t.is(await kit.until(outcome), 'TROUPE_ASK_TARGET_TERMINATED')
  }
  t.is(kit.world.clock.now(), 0)
})

test('an ask that still waits in the mailbox ends with its receiver', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  const outcome = codeOf(ref.ask(question('Question')))
  void kit.system.kill(ref)
  t.is(await kit.until(outcome), 'TROUPE_ASK_TARGET_TERMINATED')
  t.true(kit.ledgerBalanced())
})

test('an ask to an actor that is gone ends at once', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  await kit.until(kit.system.stop(ref))
  t.is(await kit.until(codeOf(ref.ask(question('Question')))), 'TROUPE_ASK_TARGET_TERMINATED')
})

test('an ask that finds no room is refused at once', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle, 'small', { mailbox: { capacity: 1 } })
  ref.tell(question('Silence')(kit.probe<string>().ref))
  t.is(await kit.until(codeOf(ref.ask(question('Question')))), 'TROUPE_ASK_REFUSED')
})

test('an ask whose message fails waits on: the restarted actor may still reply', async (t) => {
  const kit = testSystem(plain)
  const ref = kit.spawn(oracle)
  t.is(await kit.until(codeOf(ref.ask(question('Crash')))), 'TROUPE_ASK_TIMEOUT')
  t.is(await kit.until(codeOf(ref.ask(question('Question')))), 'replied 42')
})

test('a reply after the end of the ask is a dead letter, as is a second reply', async (t) => {
  const kit = testSystem(plain)
  let kept: ActorRef<string> | undefined
  const ref = kit.spawn(
    receive<Question>(({ type, replyTo }) => {
      kept = replyTo
      if (type === 'Question') replyTo.tell('first')
    }),
  )
  const late = codeOf(ref.ask(question('Silence'), { timeoutMs: 10 }))
  await kit.advance(20)
  t.is(await late, 'TROUPE_ASK_TIMEOUT')
  kept?.tell('late')
  await kit.until(ref.ask(question('Question')))
  kept?.tell('second')
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [
      ['late', 'late-reply'],
      ['second', 'late-reply'],
    ],
  )
  t.true(kit.ledgerBalanced())
})

test('an adapter can be asked, and ends its asks with its actor', async (t) => {
  const kit = testSystem(plain)
  let adapter: ActorRef<ActorRef<string>> | undefined
  const actor = kit.spawn(
    receive<ActorRef<string> | 'adapt'>((message, ctx) => {
      if (message === 'adapt') adapter = ctx.adapter<ActorRef<string>>((replyTo) => replyTo)
      else message.tell('through the adapter')
    }),
  )
  actor.tell('adapt')
  await kit.settle()
  const ask = (): Promise<string> =>
    codeOf(adapter?.ask<string>((replyTo) => replyTo) ?? Promise.resolve('no adapter'))
  t.is(await kit.until(ask()), 'replied through the adapter')
  await kit.until(kit.system.stop(actor))
  t.is(await kit.until(ask()), 'TROUPE_ASK_TARGET_TERMINATED')
})

for (const timeoutMs of [0, -5, Number.NaN, 2 ** 31]) {
  test(`a timeout of ${String(timeoutMs)} ms is refused`, async (t) => {
    const kit = testSystem(plain)
    const ref = kit.spawn(oracle)
    t.is(
      await kit.until(codeOf(ref.ask(question('Question'), { timeoutMs }))),
      'TROUPE_ASK_TIMEOUT_INVALID',
    )
  })
}

test('a thousand asks at once each get their own reply', async (t) => {
  const kit = testSystem(plain)
  const echo = kit.spawn(
    receive<{ readonly n: number; readonly replyTo: ActorRef<number> }>(({ n, replyTo }) => {
      replyTo.tell(n)
    }),
  )
  const numbers = Array.from({ length: 1_000 }, (_, n) => n)
  const replies = numbers.map((n) => echo.ask<number>((replyTo) => ({ n, replyTo })))
  t.deepEqual(await kit.until(Promise.all(replies)), numbers)
})

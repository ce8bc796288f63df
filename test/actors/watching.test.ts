import test from 'ava'

import { receive, stopped } from '../../src/actors/index.ts'
import type { AnyRef, Behavior, Terminated } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

const plain = { interception: false }

type WatcherMessage = 'watch' | 'unwatch' | 'watch with' | 'gone' | 'hold'

/** Watches `target` on request and notes what it gets. */
function watcherOf(target: () => AnyRef, log: unknown[], gate?: Gate): Behavior<WatcherMessage> {
  return receive<WatcherMessage>(
    (message, ctx) => {
      switch (message) {
        case 'watch':
          ctx.watch(target())
          return undefined
        case 'watch with':
          ctx.watch(target(), 'gone')
          return undefined
        case 'unwatch':
          ctx.unwatch(target())
          return undefined
        case 'hold':
          return gate?.pass()
        case 'gone':
          log.push('gone')
          return undefined
      }
    },
    (signal) => void log.push(signal),
  )
}

const idle = receive<string>((message) => (message === 'stop' ? stopped : undefined))

test('a watcher is told once, with the reason', async (t) => {
  const kit = testSystem(plain)
  const log: Terminated[] = []
  const target = kit.spawn(idle)
  const watcher = kit.spawn(watcherOf(() => target, log))
  watcher.tell('watch')
  watcher.tell('watch')
  await kit.settle()
  target.tell('stop')
  await kit.settle()
  t.deepEqual(
    log.map(({ type, reason }) => [type, reason]),
    [['Terminated', 'stopped']],
  )
  t.is(log[0]?.ref, target)
})

test('an actor that is gone already is reported at once, and once', async (t) => {
  const kit = testSystem(plain)
  const log: Terminated[] = []
  const target = kit.spawn(idle)
  await kit.until(kit.system.kill(target))
  const watcher = kit.spawn(watcherOf(() => target, log))
  watcher.tell('watch')
  watcher.tell('watch')
  await kit.settle()
  t.deepEqual(
    log.map(({ reason }) => reason),
    ['killed'],
  )
})

test('the reason tells stopped, killed and failed apart; failed carries the failure', async (t) => {
  const kit = testSystem({
    ...plain,
    supervision: {
      description: 'stop',
      start: () => ({
        decide: () => ({ directive: 'stop', scope: 'one', delayMs: 0, reason: 'test' }),
      }),
    },
  })
  const probe = kit.probe<string>()
  const failure = new TypeError('broken')
  const failing = kit.spawn(
    receive<string>(() => {
      throw failure
    }),
  )
  failing.tell('go')
  const notice = await probe.expectTerminated(failing)
  t.is(notice.reason, 'failed')
  t.is(notice.error, failure)
  const killed = kit.spawn(idle)
  void kit.system.kill(killed)
  t.is((await probe.expectTerminated(killed)).reason, 'killed')
  const ended = kit.spawn(idle)
  ended.tell('stop')
  t.is((await probe.expectTerminated(ended)).reason, 'stopped')
})

test('unwatch withdraws a notice that was not handled yet', async (t) => {
  const kit = testSystem(plain)
  const log: unknown[] = []
  const gate = new Gate()
  const target = kit.spawn(idle)
  const watcher = kit.spawn(watcherOf(() => target, log, gate))
  watcher.tell('watch')
  watcher.tell('hold')
  watcher.tell('unwatch')
  await kit.settle()
  void kit.system.kill(target)
  await kit.settle()
  gate.open()
  await kit.settle()
  t.deepEqual(log, [])
})

test('unwatch before the notice stands in line means that none comes', async (t) => {
  const kit = testSystem(plain)
  const log: unknown[] = []
  const target = kit.spawn(idle)
  const watcher = kit.spawn(watcherOf(() => target, log))
  watcher.tell('watch')
  watcher.tell('unwatch')
  await kit.settle()
  void kit.system.kill(target)
  await kit.settle()
  t.deepEqual(log, [])
})

test('a watcher may name the message it gets in place of the signal', async (t) => {
  const kit = testSystem(plain)
  const log: unknown[] = []
  const target = kit.spawn(idle)
  const watcher = kit.spawn(watcherOf(() => target, log))
  watcher.tell('watch with')
  await kit.settle()
  void kit.system.kill(target)
  await kit.settle()
  t.deepEqual(log, ['gone'])
  t.true(kit.ledgerBalanced())
})

test('Terminated stands behind the messages which that actor sent before', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  const target = kit.spawn(
    receive<string>(() => {
      probe.ref.tell('last words')
      return stopped
    }),
  )
  probe.watch(target)
  target.tell('end')
  await probe.expectMessage('last words')
  await probe.expectTerminated(target)
  t.is(probe.messages.length, 0)
})

test('a watcher that is gone is not told, and keeps nothing alive', async (t) => {
  const kit = testSystem(plain)
  const log: unknown[] = []
  const target = kit.spawn(idle)
  const watcher = kit.spawn(watcherOf(() => target, log))
  watcher.tell('watch')
  await kit.settle()
  await kit.until(kit.system.stop(watcher))
  await kit.until(kit.system.stop(target))
  t.deepEqual(
    log.map((signal) => (signal as { type: string }).type),
    ['PostStop'],
  )
  t.true(kit.ledgerBalanced())
})

test('a watch outlives the restart of the watched actor', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  const target = kit.spawn(
    receive<string>((message) => {
      if (message === 'crash') throw new TypeError('broken')
      return stopped
    }),
  )
  probe.watch(target)
  target.tell('crash')
  await probe.expectNoMessage()
  target.tell('end')
  await probe.expectTerminated(target)
  t.is(kit.events.of('ChildFailed').length, 1)
})

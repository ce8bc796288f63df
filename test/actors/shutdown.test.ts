import test from 'ava'

import { receive, setup, shutdownPhases } from '../../src/actors/index.ts'
import type { Behavior } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

const plain = { interception: false }

function noting(log: string[], name: string): Behavior<string> {
  return setup(() =>
    receive<string>(
      () => undefined,
      (signal) => void log.push(`${name} ${signal.type}`),
    ),
  )
}

test('terminate runs the phases in their order, then stops all actors', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  for (const phase of [...shutdownPhases].reverse()) {
    kit.system.coordinatedShutdown.addTask(phase, phase, () => void log.push(phase))
  }
  kit.system.spawnService(noting(log, 'service'), 'service')
  kit.spawn(noting(log, 'user'))
  await kit.settle()
  const report = await kit.until(kit.system.terminate())
  t.deepEqual(log, [...shutdownPhases, 'user PostStop', 'service PostStop'])
  t.is(report.failure, undefined)
  t.is(kit.system.tree().length, 1)
})

test('the tasks of a phase run at the same time', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const { coordinatedShutdown } = kit.system
  coordinatedShutdown.addTask('service-stop', 'one', () => gate.pass())
  coordinatedShutdown.addTask('service-stop', 'two', () => gate.pass())
  const outcomes = coordinatedShutdown.run()
  await kit.settle()
  t.is(gate.waiting, 2)
  gate.open()
  t.deepEqual(
    (await kit.until(outcomes)).map(({ task, result }) => [task, result]),
    [
      ['one', 'done'],
      ['two', 'done'],
    ],
  )
})

test('a task that fails or takes too long does not hold up the next phase', async (t) => {
  const kit = testSystem(plain)
  const { coordinatedShutdown } = kit.system
  coordinatedShutdown.setPhaseTimeout('service-unbind', 100)
  coordinatedShutdown.addTask('service-unbind', 'hangs', () => new Promise<void>(() => undefined))
  coordinatedShutdown.addTask('service-unbind', 'throws', () => {
    throw new TypeError('broken')
  })
  coordinatedShutdown.addTask('links-close', 'after', () => undefined)
  const outcomes = await kit.until(coordinatedShutdown.run())
  t.deepEqual(
    outcomes.map(({ phase, task, result }) => [phase, task, result]),
    [
      ['service-unbind', 'hangs', 'timed-out'],
      ['service-unbind', 'throws', 'failed'],
      ['links-close', 'after', 'done'],
    ],
  )
  t.is(kit.world.clock.now(), 100)
})

test('terminate can be called again, and no task can be added then', async (t) => {
  const kit = testSystem(plain)
  const first = kit.system.terminate()
  const second = kit.system.terminate()
  t.throws(
    () => {
      kit.system.coordinatedShutdown.addTask('service-stop', 'late', () => undefined)
    },
    { code: 'TROUPE_SHUTDOWN_UNDER_WAY' },
  )
  t.is(await kit.until(first), await kit.until(second))
  t.is(await kit.system.whenTerminated, await first)
  t.throws(() => kit.spawn(noting([], 'late')), { code: 'TROUPE_ACTOR_STOPPING' })
})

test('the tasks run also when a failure has ended the system', async (t) => {
  const kit = testSystem({
    ...plain,
    supervision: {
      description: 'escalate',
      start: () => ({
        decide: () => ({ directive: 'escalate', scope: 'one', delayMs: 0, reason: 'test' }),
      }),
    },
  })
  const log: string[] = []
  kit.system.coordinatedShutdown.addTask('service-unbind', 'close', () => void log.push('closed'))
  kit
    .spawn(
      receive<string>(() => {
        throw new TypeError('broken')
      }),
    )
    .tell('go')
  const { failure } = await kit.until(kit.system.whenTerminated)
  await kit.settle()
  t.like(failure?.error, { message: 'broken' })
  t.deepEqual(log, ['closed'])
})

test('the system ends with /user, and with a significant child of it', async (t) => {
  for (const what of ['/user', '/user/child']) {
    const kit = testSystem(plain)
    kit.spawn(noting([], 'child'), 'child', { significant: true })
    await kit.settle()
    const ref = kit.system.find(what)
    if (ref !== undefined) void kit.system.stop(ref)
    t.is((await kit.until(kit.system.whenTerminated)).failure, undefined)
    t.is(kit.system.tree().length, 1)
  }
})

test('a hung actor does not keep the system from ending', async (t) => {
  const kit = testSystem(plain)
  kit.spawn(receive<string>(() => new Promise<void>(() => undefined))).tell('hang')
  await kit.settle()
  await kit.until(kit.system.terminate())
  t.is(kit.events.of('ActorAbandoned').length, 1)
  t.true(kit.ledgerBalanced())
})

test('messages that wait when the system ends are dead letters, and the ledger says so', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(receive<string>(() => new Promise<void>(() => undefined)))
  for (const message of ['hang', 'a', 'b']) actor.tell(message)
  await kit.settle()
  const { ledger } = await kit.until(kit.system.terminate())
  t.deepEqual(ledger.dropped, { stopped: 2 })
  t.is(ledger.inFlight, 1)
})

test('a task that fails or takes too long is logged: terminate tells nobody', async (t) => {
  const kit = testSystem(plain)
  const { coordinatedShutdown } = kit.system
  coordinatedShutdown.addTask('service-unbind', 'hangs', () => new Promise<void>(() => undefined))
  coordinatedShutdown.addTask('links-close', 'throws', () => {
    throw new TypeError('broken')
  })
  coordinatedShutdown.addTask('links-close', 'works', () => undefined)
  await kit.until(kit.system.terminate())
  t.deepEqual(
    kit.world.logEntries.map(({ level, message }) => [level, message]),
    [
      ['warn', "shutdown task 'hangs' of phase service-unbind took too long and was left behind"],
      ['warn', "shutdown task 'throws' of phase links-close has failed"],
    ],
  )
})

test('phases that do not exist and limits out of range are refused', (t) => {
  const { coordinatedShutdown } = testSystem(plain).system
  const refused = { code: 'TROUPE_SHUTDOWN_OPTION_INVALID' }
  t.throws(() => {
    coordinatedShutdown.addTask('service-halt' as never, 'never run', () => undefined)
  }, refused)
  for (const timeoutMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => {
      coordinatedShutdown.setPhaseTimeout('service-stop', timeoutMs)
    }, refused)
  }
})

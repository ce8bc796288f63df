import test from 'ava'

import { receive, setup, stateful } from '../../src/actors/index.ts'
import type {
  ActorRef,
  Behavior,
  Decision,
  SpawnOptions,
  SupervisorStrategy,
} from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import { TroupeError } from '../../src/platform/index.ts'

const plain = { interception: false }

function always(
  directive: Decision['directive'],
  scope: Decision['scope'] = 'one',
  delayMs = 0,
): SupervisorStrategy {
  return {
    description: directive,
    start: () => ({ decide: () => ({ directive, scope, delayMs, reason: 'test' }) }),
  }
}

/** Counts what it handles; fails on `crash`, after a turn on `reject`. */
function fragile(log: string[], name: string): Behavior<string> {
  return setup((ctx) => {
    log.push(`${name} starts`)
    return stateful(
      0,
      (count, message: string) => {
        if (message === 'crash') throw new TypeError(`${name} crashed`)
        if (message === 'reject') return Promise.reject(new TypeError(`${name} rejected`))
        if (message === 'stop') ctx.stop()
        log.push(`${name} ${message} ${String(count + 1)}`)
        return count + 1
      },
      (count, signal) => {
        log.push(`${name} ${signal.type}`)
        return count
      },
    )
  })
}

/** A supervisor with one fragile child for each name; tell it `name:message`. */
function parentOf(
  log: string[],
  names: readonly string[],
  options: (name: string) => SpawnOptions<string> = () => ({}),
): Behavior<string> {
  return setup((ctx) => {
    const children = new Map<string, ActorRef<string>>()
    for (const name of names) children.set(name, ctx.spawn(fragile(log, name), name, options(name)))
    return receive<string>(
      (message) => {
        const [name = '', what = ''] = message.split(':')
        children.get(name)?.tell(what)
      },
      (signal) => void log.push(`parent ${signal.type}`),
    )
  })
}

for (const how of ['crash', 'reject']) {
  test(`resume after ${how}: goes on with the next message and the same state`, async (t) => {
    const kit = testSystem({ ...plain, supervision: always('resume') })
    const log: string[] = []
    const actor = kit.spawn(fragile(log, 'a'))
    for (const message of ['x', how, 'y']) actor.tell(message)
    await kit.settle()
    t.deepEqual(log, ['a starts', 'a x 1', 'a y 2'])
    t.is(kit.system.ledger().failed, 1)
    t.true(kit.ledgerBalanced())
  })

  test(`restart after ${how}: a new incarnation with the same mailbox and ref`, async (t) => {
    const kit = testSystem({ ...plain, supervision: always('restart') })
    const log: string[] = []
    const actor = kit.spawn(fragile(log, 'a'))
    for (const message of ['x', how, 'y']) actor.tell(message)
    await kit.settle()
    t.deepEqual(log, ['a starts', 'a x 1', 'a PreRestart', 'a starts', 'a y 1'])
    t.true(kit.ledgerBalanced())
  })

  test(`stop after ${how}: the actor ends, and its messages are dead letters`, async (t) => {
    const kit = testSystem({ ...plain, supervision: always('stop') })
    const log: string[] = []
    const actor = kit.spawn(fragile(log, 'a'))
    for (const message of ['x', how, 'y']) actor.tell(message)
    await kit.settle()
    t.deepEqual(log, ['a starts', 'a x 1', 'a PostStop'])
    t.deepEqual(kit.system.ledger().dropped, { stopped: 1 })
    t.true(kit.ledgerBalanced())
  })
}

test('escalate: the parent fails with the same failure, and its own parent decides', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a']), 'parent', { supervision: always('escalate') })
  await kit.settle()
  parent.tell('a:crash')
  await kit.settle()
  t.deepEqual(log, ['a starts', 'a PostStop', 'parent PreRestart', 'a starts'])
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ path, directive }) => [path, directive]),
    [
      ['troupe://test/user/parent/a', 'escalate'],
      ['troupe://test/user/parent', 'restart'],
    ],
  )
})

test('a parent that resumes after an escalation lets the failed child go on as well', async (t) => {
  const kit = testSystem({ ...plain, supervision: always('resume') })
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a']), 'parent', { supervision: always('escalate') })
  for (const message of ['a:x', 'a:crash', 'a:y']) parent.tell(message)
  await kit.settle()
  t.deepEqual(log, ['a starts', 'a x 1', 'a y 2'])
})

test('escalation past the root ends the system with a report', async (t) => {
  const kit = testSystem({ ...plain, supervision: always('escalate') })
  const log: string[] = []
  const actor = kit.spawn(fragile(log, 'a'))
  actor.tell('crash')
  actor.tell('never handled')
  const report = await kit.until(kit.system.whenTerminated)
  t.is(report.system, 'test')
  t.like(report.failure?.error, { message: 'a crashed' })
  t.deepEqual(report.ledger.dropped, { stopped: 1 })
  t.deepEqual(log, ['a starts', 'a PostStop'])
  t.is((await kit.system.terminate()).failure, report.failure)
})

test('by default a child is restarted 10 times in 10,000 ms, then its parent fails', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a']), 'parent')
  await kit.settle()
  for (let n = 0; n < 11; n++) parent.tell('a:crash')
  await kit.settle()
  t.is(log.filter((line) => line === 'a PreRestart').length, 10)
  t.is(log.filter((line) => line === 'parent PreRestart').length, 1)
})

test('restarts that lie outside the period are forgotten', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a']), 'parent')
  for (let n = 0; n < 30; n++) {
    parent.tell('a:crash')
    await kit.advance(1_000)
  }
  t.is(log.filter((line) => line === 'a PreRestart').length, 30)
  t.is(log.filter((line) => line === 'parent PreRestart').length, 0)
})

test('one-for-one concerns the child alone', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a', 'b', 'c']), 'parent')
  parent.tell('b:crash')
  await kit.settle()
  t.deepEqual(log, ['a starts', 'b starts', 'c starts', 'b PreRestart', 'b starts'])
})

test('one-for-all concerns all siblings, rest-for-one those that were spawned after it', async (t) => {
  for (const [scope, names] of [
    ['all', ['a', 'b', 'c']],
    ['rest', ['b', 'c']],
  ] as const) {
    const kit = testSystem(plain)
    const log: string[] = []
    const parent = kit.spawn(parentOf(log, ['a', 'b', 'c']), 'parent', {
      supervision: always('restart', scope),
    })
    await kit.settle()
    log.length = 0
    parent.tell('b:crash')
    await kit.settle()
    t.deepEqual(log, [
      ...[...names].reverse().map((name) => `${name} PreRestart`),
      ...names.map((name) => `${name} starts`),
    ])
  }
})

test('stop of a scope stops the siblings, too', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a', 'b', 'c']), 'parent', {
    supervision: always('stop', 'rest'),
  })
  await kit.settle()
  parent.tell('b:crash')
  await kit.settle()
  t.deepEqual(
    log.filter((line) => line.endsWith('PostStop')),
    ['c PostStop', 'b PostStop'],
  )
})

test('a restart after a delay keeps the messages that come meanwhile', async (t) => {
  const kit = testSystem({ ...plain, supervision: always('restart', 'one', 500) })
  const log: string[] = []
  const actor = kit.spawn(fragile(log, 'a'))
  actor.tell('crash')
  actor.tell('x')
  await kit.advance(499)
  t.deepEqual(log, ['a starts'])
  actor.tell('y')
  await kit.advance(1)
  t.deepEqual(log, ['a starts', 'a PreRestart', 'a starts', 'a x 1', 'a y 2'])
})

test('an actor that waits for its restart can be stopped', async (t) => {
  const kit = testSystem({ ...plain, supervision: always('restart', 'one', 500) })
  const log: string[] = []
  const actor = kit.spawn(fragile(log, 'a'))
  actor.tell('crash')
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  await kit.advance(1_000)
  t.deepEqual(log, ['a starts', 'a PostStop'])
})

test('a temporary child is never restarted, also as a sibling', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(
    parentOf(log, ['a', 'b'], (name) => (name === 'a' ? { restart: 'temporary' } : {})),
    'parent',
    { supervision: always('restart', 'all') },
  )
  await kit.settle()
  parent.tell('b:crash')
  await kit.settle()
  t.deepEqual(log, ['a starts', 'b starts', 'a PostStop', 'b PreRestart', 'b starts'])

  const alone = kit.spawn(fragile(log, 'alone'), 'alone', { restart: 'temporary' })
  const probe = kit.probe<string>()
  alone.tell('crash')
  t.is((await probe.expectTerminated(alone)).reason, 'failed')
})

test('failures of temporary children use up no restarts', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  for (let i = 0; i < 20; i++) {
    kit.spawn(fragile(log, 'brief'), undefined, { restart: 'temporary' }).tell('crash')
  }
  await kit.settle()
  t.deepEqual(
    new Set(kit.events.of('ChildFailed').map(({ directive }) => directive)),
    new Set(['stop']),
  )
  t.is(kit.events.of('ChildFailed').length, 20)
})

test('a transient child that stops in good order stays stopped', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(fragile(log, 'a'))
  actor.tell('stop')
  await kit.settle()
  t.deepEqual(log, ['a starts', 'a stop 1', 'a PostStop'])
  t.is(kit.events.of('ChildFailed').length, 0)
})

test('a restart kills the children before the old incarnation sees PreRestart', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(
    setup<string>((ctx) => {
      ctx.spawn(fragile(log, 'child'))
      return receive<string>(
        () => {
          throw new TypeError('parent crashed')
        },
        (signal) => void log.push(`parent ${signal.type}`),
      )
    }),
  )
  parent.tell('crash')
  await kit.settle()
  t.deepEqual(log, ['child starts', 'child PostStop', 'parent PreRestart', 'child starts'])
})

test('children that an incarnation spawns at PreRestart do not reach the next one', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    setup<string>((ctx) => {
      log.push(`begins with ${String(ctx.childCount)}`)
      return receive<string>(
        () => {
          throw new TypeError('crashed')
        },
        (signal) => {
          if (signal.type === 'PreRestart') ctx.spawn(fragile(log, 'late'), 'late')
        },
      )
    }),
  )
  actor.tell('crash')
  actor.tell('crash')
  await kit.settle()
  t.is(log.filter((line) => line === 'begins with 0').length, 3)
  t.is(kit.system.tree().filter(({ path }) => path.endsWith('/late')).length, 0)
})

test('a restart waits for the handler of a sibling that is at work', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  let slow: ActorRef<string> | undefined
  let crash: ActorRef<string> | undefined
  kit.spawn(
    setup<string>((ctx) => {
      slow = ctx.spawn(
        setup<string>(() => {
          log.push('slow starts')
          return receive<string>(async (message) => {
            await gate.pass()
            log.push(`slow ${message}`)
          })
        }),
      )
      crash = ctx.spawn(fragile(log, 'b'))
      return receive<string>(() => undefined)
    }),
    'parent',
    { supervision: always('restart', 'all') },
  )
  await kit.settle()
  slow?.tell('1')
  slow?.tell('2')
  await kit.settle()
  crash?.tell('crash')
  await kit.settle()
  t.deepEqual(log, ['slow starts', 'b starts', 'b PreRestart', 'b starts'])
  gate.open()
  await kit.settle()
  t.deepEqual(log.slice(4), ['slow 1', 'slow starts', 'slow 2'])
  t.true(kit.ledgerBalanced())
})

test('an actor that fails while its restart is due is restarted once', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  let slow: ActorRef<string> | undefined
  let crash: ActorRef<string> | undefined
  kit.spawn(
    setup<string>((ctx) => {
      slow = ctx.spawn(
        setup<string>(() => {
          log.push('slow starts')
          return receive<string>(() => gate.pass())
        }),
      )
      crash = ctx.spawn(fragile(log, 'b'))
      return receive<string>(() => undefined)
    }),
    'parent',
    { supervision: always('restart', 'all') },
  )
  await kit.settle()
  slow?.tell('1')
  await kit.settle()
  crash?.tell('crash')
  await kit.settle()
  gate.break(new TypeError('slow crashed'))
  await kit.settle()
  t.is(log.filter((line) => line === 'slow starts').length, 2)
  t.true(kit.ledgerBalanced())
})

test('a set-up that fails is a failure; its messages wait for the next incarnation', async (t) => {
  const kit = testSystem(plain)
  for (const isAsync of [false, true]) {
    const log: string[] = []
    let attempts = 0
    const actor = kit.spawn(
      setup<string>(() => {
        attempts++
        if (attempts < 3) {
          if (isAsync) return Promise.reject(new TypeError('not yet'))
          throw new TypeError('not yet')
        }
        return receive<string>((message) => void log.push(message))
      }),
    )
    actor.tell('hello')
    await kit.settle()
    t.is(attempts, 3)
    t.deepEqual(log, ['hello'])
  }
  t.true(kit.ledgerBalanced())
})

test('a failure in a signal handler is a failure of the actor', async (t) => {
  const kit = testSystem(plain)
  const target = kit.spawn(receive<string>(() => undefined))
  let starts = 0
  const watcher = kit.spawn(
    setup<string>((ctx) => {
      starts++
      if (starts === 1) ctx.watch(target)
      return receive<string>(
        () => undefined,
        (signal) => {
          if (signal.type === 'Terminated') throw new TypeError('in Terminated')
        },
      )
    }),
  )
  await kit.settle()
  void kit.system.kill(target)
  await kit.settle()
  t.is(starts, 2)
  t.is(kit.events.of('ChildFailed')[0]?.path, watcher.path)
})

test('a strategy that throws escalates', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(parentOf(log, ['a']), 'parent', {
    supervision: {
      description: 'broken',
      start: () => {
        throw new TypeError('no strategy')
      },
    },
  })
  parent.tell('a:crash')
  await kit.settle()
  t.is(log.filter((line) => line === 'parent PreRestart').length, 1)
  t.is(kit.events.of('FailureIgnored').length, 1)
})

test('anything can be thrown, and the strategy sees it as it was', async (t) => {
  const seen: unknown[] = []
  const kit = testSystem({
    ...plain,
    supervision: {
      description: 'look',
      start: () => ({
        decide: ({ error }) => {
          seen.push(error)
          return { directive: 'resume', scope: 'one', delayMs: 0, reason: 'test' }
        },
      }),
    },
  })
  const coded = new TroupeError('TROUPE_TEST', 'coded')
  const actor = kit.spawn(
    receive<unknown>((message) => {
      throw message
    }),
  )
  for (const thrown of [coded, 'text', 7, undefined, null]) actor.tell(thrown)
  await kit.settle()
  t.deepEqual(seen, [coded, 'text', 7, undefined, null])
  t.is(kit.system.ledger().failed, 5)
  t.true(kit.ledgerBalanced())
})

test('restarts are counted, and shown by the context and the tree', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<number>()
  const actor = kit.spawn(
    receive<string>((message, ctx) => {
      if (message === 'crash') throw new TypeError('broken')
      probe.ref.tell(ctx.restarts)
    }),
    'actor',
  )
  for (const message of ['crash', 'crash', 'look']) actor.tell(message)
  await probe.expectMessage(2)
  t.is(kit.system.tree().find(({ path }) => path === actor.path)?.restarts, 2)
})

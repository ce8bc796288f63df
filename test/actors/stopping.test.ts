import test from 'ava'

import { receive, setup, stopped } from '../../src/actors/index.ts'
import type { ActorRef, Behavior, SupervisorStrategy } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

const plain = { interception: false }

/** An actor that writes what it sees into `log`, with children of the given names. */
function noting(
  log: string[],
  name: string,
  children: readonly Behavior<string>[] = [],
): Behavior<string> {
  return setup((ctx) => {
    for (const child of children) ctx.spawn(child)
    return receive<string>(
      (message) => void log.push(`${name} ${message}`),
      (signal) => void log.push(`${name} ${signal.type}`),
    )
  })
}

test('stop stands behind the messages that were sent before it', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(noting(log, 'a'))
  actor.tell('1')
  const isStopped = kit.system.stop(actor)
  actor.tell('2')
  await kit.until(isStopped)
  t.deepEqual(log, ['a 1', 'a PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 1 })
  t.true(kit.ledgerBalanced())
})

test('kill overtakes the messages that were sent before it', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(noting(log, 'a'))
  await kit.settle()
  actor.tell('1')
  await kit.until(kit.system.kill(actor))
  t.deepEqual(log, ['a PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 1 })
})

test('a handler that runs is never interrupted', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(
      async (message) => {
        log.push(`begin ${message}`)
        await gate.pass()
        log.push(`end ${message}`)
      },
      (signal) => void log.push(signal.type),
    ),
  )
  actor.tell('1')
  await kit.settle()
  actor.tell('2')
  const isKilled = kit.system.kill(actor)
  await kit.settle()
  t.deepEqual(log, ['begin 1'])
  gate.open()
  await kit.until(isKilled)
  t.deepEqual(log, ['begin 1', 'end 1', 'PostStop'])
  t.true(kit.ledgerBalanced())
})

test('an actor stops its children first, the last spawned first', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const tree = noting(log, 'top', [
    noting(log, 'first', [noting(log, 'grandchild')]),
    noting(log, 'second'),
  ])
  const top = kit.spawn(tree)
  await kit.settle()
  await kit.until(kit.system.stop(top))
  t.deepEqual(log, ['second PostStop', 'grandchild PostStop', 'first PostStop', 'top PostStop'])
})

test('an actor waits for each child before it stops the next', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const gate = new Gate()
  const slow = receive<string>(
    () => undefined,
    async () => {
      log.push('slow begins')
      await gate.pass()
      log.push('slow ends')
    },
  )
  const top = kit.spawn(
    setup<string>((ctx) => {
      ctx.spawn(noting(log, 'elder'))
      ctx.spawn(slow).tell('start')
      return noting(log, 'top')
    }),
  )
  await kit.settle()
  const isStopped = kit.system.stop(top)
  await kit.settle()
  t.deepEqual(log, ['slow begins'])
  gate.open()
  await kit.until(isStopped)
  t.deepEqual(log, ['slow begins', 'slow ends', 'elder PostStop', 'top PostStop'])
})

test('an actor can stop itself: after the message in hand, before the next', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  for (const how of ['ctx.stop', 'stopped']) {
    const actor = kit.spawn(
      receive<string>(
        (message, ctx) => {
          log.push(`${how} ${message}`)
          if (how === 'stopped') return stopped
          ctx.stop()
          return undefined
        },
        (signal) => void log.push(`${how} ${signal.type}`),
      ),
    )
    actor.tell('1')
    actor.tell('2')
  }
  await kit.settle()
  t.deepEqual(log, ['ctx.stop 1', 'ctx.stop PostStop', 'stopped 1', 'stopped PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 2 })
  t.true(kit.ledgerBalanced())
})

test('an actor that is told to stop outside its handlers stops, too', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  const gate = new Gate()
  const actor = kit.spawn(
    receive<string>((_message, ctx) => {
      void gate.pass().then(() => {
        ctx.stop()
      })
    }),
  )
  probe.watch(actor)
  actor.tell('go')
  await probe.expectNoMessage()
  gate.open()
  await probe.expectTerminated(actor)
  t.is(probe.notices.length, 0)
})

test('an actor that is killed by its own handler ends with that message', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(
      (message, ctx) => {
        log.push(message)
        void ctx.system.kill(ctx.self)
      },
      (signal) => void log.push(signal.type),
    ),
  )
  for (const message of ['1', '2', '3']) actor.tell(message)
  await kit.settle()
  t.deepEqual(log, ['1', 'PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 2 })
  t.true(kit.ledgerBalanced())
})

test('a failure of an actor that is to be killed is no matter for its parent', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const probe = kit.probe<string>()
  const actor = kit.spawn(receive<string>(() => gate.pass()))
  actor.tell('1')
  await kit.settle()
  void kit.system.kill(actor)
  gate.break(new TypeError('too late'))
  t.is((await probe.expectTerminated(actor)).reason, 'killed')
  t.is(kit.events.of('ChildFailed').length, 0)
  t.is(kit.events.of('FailureIgnored').length, 1)
  t.true(kit.ledgerBalanced())
})

test('an actor that begins as stopped never handles a message', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  const direct = kit.spawn<string>(stopped)
  const set = kit.spawn(setup<string>(() => stopped))
  const later = kit.spawn(setup<string>(async () => Promise.resolve(stopped)))
  for (const ref of [direct, set, later]) {
    ref.tell('?')
    t.is((await probe.expectTerminated(ref)).reason, 'stopped')
  }
  t.deepEqual(kit.system.ledger().dropped, { stopped: 3 })
})

test('the promise of stop resolves when the actor and its children are gone', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const probe = kit.probe<string>()
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(receive<string>(() => gate.pass()))
      child.tell('hold')
      return receive<string>(async (message) => {
        if (message !== 'stop child') return
        await ctx.stop(child)
        probe.ref.tell(`children left: ${String(ctx.childCount)}`)
      })
    }),
  )
  parent.tell('stop child')
  await probe.expectNoMessage()
  gate.open()
  await probe.expectMessage('children left: 0')
  let isDone = false
  const done = kit.system.stop(parent).then(() => (isDone = true))
  await kit.settle()
  t.true(isDone)
  await done
  await kit.until(kit.system.stop(parent))
})

test('ctx.stop refuses actors that are not its children', async (t) => {
  const kit = testSystem(plain)
  const stranger = kit.spawn(
    receive<string>(() => undefined),
    'stranger',
  )
  const codes: unknown[] = []
  kit
    .spawn(
      receive<string>((_message, ctx) => {
        try {
          void ctx.stop(stranger)
        } catch (error) {
          codes.push((error as { code?: unknown }).code)
        }
      }),
    )
    .tell('go')
  await kit.settle()
  t.deepEqual(codes, ['TROUPE_ACTOR_NOT_A_CHILD'])
  t.throws(() => testSystem().system.stop(stranger), { code: 'TROUPE_ACTOR_NOT_LOCAL' })
})

test('a stopping actor takes no children', async (t) => {
  const kit = testSystem(plain)
  const codes: unknown[] = []
  const actor = kit.spawn(
    receive<string>(
      () => undefined,
      (_signal, ctx) => {
        try {
          ctx.spawn(
            receive<string>(() => undefined),
            'late',
          )
        } catch (error) {
          codes.push((error as { code?: unknown }).code)
        }
      },
    ),
  )
  actor.tell('start')
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  t.deepEqual(codes, ['TROUPE_ACTOR_STOPPING'])
})

/** A parent of one child whose handler never comes back. */
function withHangingChild(shutdownMs?: number): Behavior<string> {
  return setup((ctx) => {
    const child = ctx.spawn(
      receive<string>(() => new Promise<void>(() => undefined)),
      'hangs',
      shutdownMs === undefined ? {} : { shutdownMs },
    )
    child.tell('hang')
    child.tell('waits')
    return receive<string>(() => undefined)
  })
}

test('a child that does not stop within its time is killed, then given up', async (t) => {
  const kit = testSystem(plain)
  const parent = kit.spawn(withHangingChild())
  await kit.settle()
  let isStopped = false
  void kit.system.stop(parent).then(() => (isStopped = true))
  await kit.advance(9_999)
  t.false(isStopped)
  await kit.advance(1)
  t.true(isStopped)
  t.deepEqual(kit.events.of('ActorAbandoned'), [
    { type: 'ActorAbandoned', path: 'troupe://test/user/$4/hangs', afterMs: 5_000 },
  ])
  t.true(kit.ledgerBalanced())
})

test('shutdownMs says how long a child may take', async (t) => {
  const kit = testSystem(plain)
  const parent = kit.spawn(withHangingChild(20))
  await kit.settle()
  let isStopped = false
  void kit.system.stop(parent).then(() => (isStopped = true))
  await kit.advance(39)
  t.false(isStopped)
  await kit.advance(1)
  t.true(isStopped)
})

test('a child that only has much to do is killed after its time, and not given up', async (t) => {
  const kit = testSystem(plain)
  const handled: string[] = []
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(
        receive<string>(
          (message) =>
            new Promise<void>((resolve) => {
              ctx.environment.clock.setTimer(400, () => {
                handled.push(message)
                resolve()
              })
            }),
        ),
        'busy',
        { shutdownMs: 1_000 },
      )
      for (const message of ['a', 'b', 'c', 'd']) child.tell(message)
      return receive<string>(() => undefined)
    }),
  )
  await kit.settle()
  await kit.until(kit.system.stop(parent))
  t.deepEqual(handled, ['a', 'b', 'c'])
  t.is(kit.world.clock.now(), 1_200)
  t.is(kit.events.of('ActorAbandoned').length, 0)
  t.true(kit.ledgerBalanced())
})

test('what an actor that was given up does later is ignored, but counted', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const parent = kit.spawn(
    setup<string>((ctx) => {
      ctx
        .spawn(
          receive<string>(() => gate.pass()),
          'slow',
          { shutdownMs: 1 },
        )
        .tell('x')
      return receive<string>(() => undefined)
    }),
  )
  await kit.settle()
  await kit.until(kit.system.stop(parent))
  t.is(kit.system.ledger().inFlight, 1)
  gate.open()
  await kit.settle()
  t.is(kit.system.ledger().inFlight, 0)
  t.is(kit.system.ledger().handled, 1)
  t.true(kit.ledgerBalanced())
})

test('a failure while stopping is published, and holds nothing up', async (t) => {
  const kit = testSystem(plain)
  const actor = kit.spawn(
    receive<string>(
      () => undefined,
      () => {
        throw new TypeError('in PostStop')
      },
    ),
  )
  actor.tell('start')
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  t.is(kit.events.of('FailureIgnored').length, 1)
})

test('a parent stops when a significant child ends', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  let child: ActorRef<string> | undefined
  const parent = kit.spawn(
    setup<string>((ctx) => {
      child = ctx.spawn(
        receive<string>(() => stopped),
        'child',
        { significant: true },
      )
      return receive<string>(() => undefined)
    }),
  )
  await kit.settle()
  child?.tell('end')
  t.is((await probe.expectTerminated(parent)).reason, 'stopped')
})

test('a permanent child that stops by itself is started again; one that its parent stops is not', async (t) => {
  const kit = testSystem(plain)
  const probe = kit.probe<string>()
  let starts = 0
  let child: ActorRef<string> | undefined
  const parent = kit.spawn(
    setup<string>((ctx) => {
      child = ctx.spawn(
        setup<string>(() => {
          starts++
          return receive<string>(() => stopped)
        }),
        'child',
        { restart: 'permanent' },
      )
      return receive<string>(() => {
        if (child !== undefined) void ctx.stop(child)
      })
    }),
  )
  await kit.settle()
  child?.tell('end')
  child?.tell('end')
  await kit.settle()
  t.is(starts, 3)
  t.like(kit.events.of('ChildFailed')[0], { error: { code: 'TROUPE_ACTOR_EXITED' } })
  probe.watch(child as ActorRef<string>)
  parent.tell('stop child')
  await probe.expectTerminated(child as ActorRef<string>)
  t.is(starts, 3)
})

test('a tree of 10,000 levels stops, and so does a parent of 100,000 children', async (t) => {
  const kit = testSystem(plain)
  let reached = 0
  const level = (n: number): Behavior<string> =>
    setup((ctx) => {
      reached = n
      if (n < 10_000) ctx.spawn(level(n + 1))
      return receive<string>(() => undefined)
    })
  const deep = kit.spawn(level(1))
  const wide = kit.spawn(
    setup<string>((ctx) => {
      for (let i = 0; i < 100_000; i++) ctx.spawn(receive<string>(() => undefined))
      return receive<string>(() => undefined)
    }),
  )
  await kit.settle()
  t.is(reached, 10_000)
  t.is(kit.system.tree().length, 3 + 10_000 + 1 + 100_000)
  await kit.until(kit.system.stop(deep))
  await kit.until(kit.system.stop(wide))
  t.is(kit.system.tree().length, 3)
  t.is(kit.events.of('ActorAbandoned').length, 0)
})

test('a tree of 10,000 levels can be killed, escalate, resume and be given up', async (t) => {
  const kit = testSystem({
    ...plain,
    supervision: {
      description: 'escalate',
      start: () => ({
        decide: ({ child }) => ({
          directive: child.path.endsWith('/top') ? 'resume' : 'escalate',
          scope: 'one',
          delayMs: 0,
          reason: 'test',
        }),
      }),
    },
  })
  let leaf: ActorRef<string> | undefined
  let handled = 0
  const level = (n: number): Behavior<string> =>
    setup((ctx) => {
      if (n < 10_000) ctx.spawn(level(n + 1), 'next', { shutdownMs: 1_000_000 - 100 * n })
      else leaf = ctx.self
      return receive<string>((message) => {
        if (message === 'crash') throw new TypeError('deep')
        if (message === 'hang') return new Promise<void>(() => undefined)
        handled++
        return undefined
      })
    })
  const top = kit.spawn(level(1), 'top')
  await kit.settle()
  leaf?.tell('crash')
  leaf?.tell('go on')
  await kit.settle()
  t.is(handled, 1)
  t.is(kit.events.of('ChildFailed').length, 10_000)
  leaf?.tell('hang')
  await kit.settle()
  await kit.until(kit.system.stop(top))
  t.is(kit.system.tree().length, 3)
  t.true(kit.ledgerBalanced())
})

test('a stop ends an actor that waits for its restart at once; what waited with it are dead letters', async (t) => {
  const supervision: SupervisorStrategy = {
    description: 'later',
    start: () => ({
      decide: () => ({ directive: 'restart', scope: 'one', delayMs: 60_000, reason: 'test' }),
    }),
  }
  const kit = testSystem({ ...plain, supervision })
  const handled: string[] = []
  const actor = kit.spawn(
    receive<string>((message) => {
      handled.push(message)
      throw new RangeError(message)
    }),
  )
  const dead: unknown[] = []
  kit.system.eventStream.subscribe('DeadLetter', ({ message, reason }) =>
    dead.push([message, reason]),
  )
  for (const message of ['boom', 'one', 'two']) actor.tell(message)
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  t.deepEqual(handled, ['boom'])
  t.deepEqual(dead, [
    ['one', 'stopped'],
    ['two', 'stopped'],
  ])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 2 })
  t.true(kit.ledgerBalanced())
})

for (const how of ['stop', 'kill'] as const) {
  test(`system.${how} of an actor whose handler never ends: killed in its time, then given up`, async (t) => {
    const kit = testSystem(plain)
    const actor = kit.spawn(
      receive<string>(() => new Promise<void>(() => undefined)),
      'stuck',
      { shutdownMs: 100 },
    )
    actor.tell('wait')
    await kit.settle()
    const ended = kit.system[how](actor)
    await kit.advance(how === 'stop' ? 199 : 99)
    t.not(kit.system.find('/user/stuck'), undefined)
    await kit.advance(1)
    await kit.until(ended)
    t.is(kit.system.find('/user/stuck'), undefined)
    t.is(kit.events.of('ActorAbandoned').length, 1)
  })
}

test('ctx.stop of a child whose handler never ends frees its place, and its parent hears of it once', async (t) => {
  const kit = testSystem(plain)
  const log: string[] = []
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(
        receive<string>(() => new Promise<void>(() => undefined)),
        'stuck',
        { shutdownMs: 100 },
      )
      ctx.watch(child)
      child.tell('wait')
      return receive<string>(
        () => {
          void ctx.stop(child)
          void ctx.stop(child)
        },
        (signal) => {
          if (signal.type === 'Terminated') log.push(`${signal.ref.path} ${signal.reason}`)
        },
      )
    }),
    'parent',
  )
  await kit.settle()
  parent.tell('stop it')
  await kit.advance(50)
  parent.tell('stop it')
  await kit.advance(150)
  t.deepEqual(log, ['troupe://test/user/parent/stuck killed'])
  t.is(kit.system.find('/user/parent/stuck'), undefined)
})

test('a child that stops in time is not killed', async (t) => {
  const kit = testSystem(plain)
  const gate = new Gate()
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(
      async (message) => {
        await gate.pass()
        log.push(message)
      },
      (signal) => void log.push(signal.type),
    ),
    'slow',
    { shutdownMs: 100 },
  )
  for (const message of ['1', '2']) actor.tell(message)
  const ended = kit.system.stop(actor)
  await kit.advance(99)
  gate.open()
  await kit.until(ended)
  await kit.advance(1_000)
  t.deepEqual(log, ['1', '2', 'PostStop'])
})

import test from 'ava'

import {
  oneForAll,
  oneForOne,
  supervised,
  receive,
  registered,
  setup,
  stateful,
  unhandled,
  withTimers,
} from '../../src/index.ts'
import type { ActorContext, ActorRef, Behavior, SupervisorStrategy } from '../../src/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'

const quiet: Behavior<unknown> = receive(() => undefined)

function deciding(directive: unknown): SupervisorStrategy {
  return {
    description: 'odd',
    start: () => ({
      decide: () => ({ directive: directive as 'stop', scope: 'one', delayMs: 0, reason: 'test' }),
    }),
  }
}

test('an actor that kills itself in a handler sees no further message', async (t) => {
  const kit = testSystem()
  const seen: number[] = []
  let isOver = false
  const actor = kit.spawn(
    receive((message: number, ctx) => {
      seen.push(message)
      void ctx.system.kill(ctx.self).then(() => (isOver = true))
    }),
  )
  for (const n of [1, 2, 3]) actor.tell(n)
  await kit.settle()
  t.deepEqual(seen, [1])
  t.true(isOver)
  t.is(kit.system.ledger().dropped.stopped, 2)
  t.true(kit.ledgerBalanced())
})

test('what pipeToSelf can not translate is a failure of the actor', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(
    receive((_message: number, ctx) => {
      ctx.pipeToSelf(Promise.reject(new Error('query')), () => {
        throw new RangeError('translation')
      })
    }),
  )
  actor.tell(1)
  await kit.settle()
  const [event] = kit.events.of('ChildFailed')
  t.is((event?.error as Error).message, 'translation')
  t.true(kit.ledgerBalanced())
})

for (const [what, sizeOf, code] of [
  [
    'throws',
    () => {
      throw new RangeError('size')
    },
    undefined,
  ],
  ['is no number', () => Number.NaN, 'TROUPE_MAILBOX_SIZE_INVALID'],
] as const) {
  test(`a declared size that ${what} is a failure of the receiver, not of the sender`, async (t) => {
    const kit = testSystem({ supervision: deciding('stop') })
    const actor = kit.spawn(quiet, 'a', { mailbox: { capacityBytes: 10, sizeOf } })
    t.notThrows(() => {
      actor.tell(1)
    })
    await kit.settle()
    const [event] = kit.events.of('ChildFailed')
    t.is((event?.error as { code?: string }).code, code)
    t.is(kit.system.ledger().failed, 1)
    t.true(kit.ledgerBalanced())
  })
}

test('signals take no room in a mailbox of declared sizes', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const seen: string[] = []
  const mates = [kit.spawn(quiet), kit.spawn(quiet), kit.spawn(quiet)]
  const actor = kit.spawn(
    receive(
      async (message: string, ctx) => {
        if (message === 'first') for (const mate of mates) ctx.watch(mate)
        seen.push(message)
        await gate.pass()
      },
      (signal) => void seen.push(signal.type),
    ),
    'a',
    { mailbox: { capacity: 2, sizeOf: () => 1 } },
  )
  actor.tell('first')
  await kit.settle()
  for (const mate of mates) void kit.system.stop(mate)
  actor.tell('second')
  actor.tell('third')
  actor.tell('beyond')
  gate.open()
  await kit.settle()
  t.deepEqual(seen, ['first', 'Terminated', 'Terminated', 'Terminated', 'second', 'third'])
  t.is(kit.system.ledger().dropped['mailbox-full'], 1)
})

test('a subscriber that has terminated hears nothing more and does no harm', async (t) => {
  const kit = testSystem()
  const listener = kit.spawn(quiet)
  const gone = kit.spawn(quiet)
  kit.system.eventStream.subscribe('DeadLetter', listener)
  await kit.until(Promise.all([kit.system.stop(listener), kit.system.stop(gone)]))
  gone.tell('x')
  await kit.settle()
  t.is(kit.system.ledger().sent, 1)
})

test('a subscriber without room for a dead letter does not get another one for that', async (t) => {
  const kit = testSystem()
  const listener = kit.spawn(quiet, 'listener', { mailbox: { capacity: 1 } })
  const gone = kit.spawn(quiet)
  await kit.until(kit.system.stop(gone))
  kit.system.eventStream.subscribe('DeadLetter', listener)
  for (const n of [1, 2, 3]) gone.tell(n)
  await kit.settle()
  const { dropped, handled } = kit.system.ledger()
  t.deepEqual([dropped.stopped, dropped['mailbox-full'], handled], [3, 2, 1])
  t.true(kit.ledgerBalanced())
})

test('who subscribes while an event is published hears of the next one', async (t) => {
  const kit = testSystem()
  let heard = 0
  const again = (): void => {
    heard++
    kit.system.eventStream.subscribe('DeadLetter', again.bind(undefined))
  }
  kit.system.eventStream.subscribe('DeadLetter', again)
  const gone = kit.spawn(quiet)
  await kit.until(kit.system.stop(gone))
  gone.tell('x')
  t.is(heard, 1)
})

for (const kind of ['sync', 'async'] as const) {
  test(`resume stops an actor whose ${kind} start has failed: there is nothing to go on with`, async (t) => {
    const kit = testSystem({ supervision: deciding('resume') })
    let starts = 0
    const fail = (): never => {
      starts++
      throw new Error('no start')
    }
    const child = setup<number>(kind === 'sync' ? fail : () => Promise.resolve().then(fail))
    const actor = kit.spawn(child)
    actor.tell(1)
    await kit.settle()
    t.is(starts, 1)
    t.is(kit.events.of('ChildFailed')[0]?.directive, 'stop')
    t.is(kit.system.ledger().dropped.stopped, 1)
    t.true(kit.ledgerBalanced())
  })
}

test('a child whose start has failed is stopped when the parent it escalated to is resumed', async (t) => {
  const kit = testSystem({ supervision: deciding('resume') })
  let starts = 0
  const child = setup<number>(() => {
    starts++
    throw new Error('no start')
  })
  const parent = setup<string>((ctx) => {
    ctx.spawn(child, 'child')
    return receive((message) => {
      if (message === 'count') t.is(ctx.childCount, 0)
    })
  })
  const actor = kit.spawn(parent, 'parent', { supervision: deciding('escalate') })
  await kit.settle()
  actor.tell('count')
  await kit.settle()
  t.is(starts, 1)
  t.is(kit.system.ledger().handled, 1)
})

test('an async PreRestart is one handler: a second restart meanwhile does not replace the new incarnation', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const log: string[] = []
  let made = 0
  const slow = setup<string>(() => {
    const mine = ++made
    return receive(
      (message) => {
        if (message === 'crash') throw new Error('crash')
        log.push(`${String(mine)} ${message}`)
      },
      async (signal) => {
        log.push(`${String(mine)} ${signal.type}`)
        await gate.pass()
      },
    )
  })
  const refs: ActorRef<string>[] = []
  kit.spawn(
    supervised(
      oneForAll(),
      setup<never>((ctx) => {
        refs.push(ctx.spawn(slow), ctx.spawn(receive<string>(() => Promise.reject(new Error('b')))))
        return quiet
      }),
    ),
  )
  await kit.settle()
  refs[0]?.tell('crash')
  await kit.settle()
  refs[1]?.tell('crash')
  await kit.settle()
  refs[0]?.tell('hello')
  gate.release()
  await kit.settle()
  refs[0]?.tell('again')
  gate.open()
  await kit.settle()
  t.deepEqual(log, ['1 PreRestart', '2 hello', '2 again'])
})

test('an async PreRestart is one handler: a kill meanwhile waits for it', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const log: string[] = []
  const actor = kit.spawn(
    receive<string>(
      () => {
        throw new Error('crash')
      },
      async (signal) => {
        log.push(signal.type)
        await gate.pass()
        log.push(`${signal.type} done`)
      },
    ),
  )
  actor.tell('crash')
  await kit.settle()
  void kit.system.kill(actor)
  await kit.settle()
  gate.open()
  await kit.settle()
  t.deepEqual(log, ['PreRestart', 'PreRestart done', 'PostStop', 'PostStop done'])
})

test('a child that fails while its parent stops is not silent', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  let child: ActorRef<string> | undefined
  const parent = kit.spawn(
    setup<never>((ctx) => {
      child = ctx.spawn(
        receive<string>(async () => {
          await gate.pass()
          throw new Error('late')
        }),
      )
      return quiet
    }),
  )
  await kit.settle()
  child?.tell('x')
  await kit.settle()
  void kit.system.stop(parent)
  gate.open()
  await kit.settle()
  t.deepEqual(
    kit.events.of('FailureIgnored').map(({ error }) => (error as Error).message),
    ['late'],
  )
})

test('the dead letter of an unhandled message holds that message', async (t) => {
  const kit = testSystem()
  const returns = kit.spawn(receive<string>(() => unhandled as Behavior<string>))
  const says = kit.spawn(
    stateful(0, (count, _message: string, ctx) => {
      ctx.unhandled()
      return count
    }),
  )
  const later = kit.spawn(
    receive<string>(async (_message, ctx) => {
      await Promise.resolve()
      ctx.unhandled()
    }),
  )
  returns.tell('a')
  await kit.settle()
  says.tell('b')
  later.tell('c')
  await kit.settle()
  t.deepEqual(
    kit.events.of('DeadLetter').map(({ message, reason }) => [message, reason]),
    [
      ['a', 'unhandled'],
      ['b', 'unhandled'],
      ['c', 'unhandled'],
    ],
  )
  t.is(kit.system.ledger().handled, 0)
  t.true(kit.ledgerBalanced())
})

test('a thenable that throws, or calls back at once, is a promise like any other', async (t) => {
  const kit = testSystem()
  const seen: string[] = []
  const actor = kit.spawn(
    receive<string>((message) => {
      seen.push(message)
      const then = (resolve: () => void): void => {
        if (message === 'throws') throw new Error('then')
        resolve()
      }
      return { then } as unknown as Promise<void>
    }),
  )
  for (const message of ['throws', 'at once', 'last']) actor.tell(message)
  await kit.settle()
  t.deepEqual(seen, ['throws', 'at once', 'last'])
  t.is(kit.system.ledger().failed, 1)
  t.true(kit.ledgerBalanced())
})

test('become outside of a handler does not silence the actor', async (t) => {
  const kit = testSystem()
  const seen: string[] = []
  let context: ActorContext<string> | undefined
  const actor = kit.spawn(receive<string>((_message, ctx) => void (context = ctx)))
  actor.tell('x')
  await kit.settle()
  context?.become(receive<string>((message) => void seen.push(message)))
  actor.tell('y')
  await kit.settle()
  t.deepEqual(seen, ['y'])
})

test('a timer set while the actor ends never fires', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(
    withTimers<string>((timers) =>
      receive<string>(
        () => undefined,
        () => {
          timers.startPeriodic('again', 'x', 10)
        },
      ),
    ),
  )
  actor.tell('x')
  await kit.settle()
  await kit.until(kit.system.stop(actor))
  await kit.advance(100)
  t.is(kit.system.ledger().sent, 1)
})

test('a strategy that answers nonsense escalates; one that can not forget harms nobody', async (t) => {
  const kit = testSystem()
  const strategy: SupervisorStrategy = {
    description: 'odd',
    start: () => ({
      decide: () =>
        deciding('perhaps')
          .start()
          .decide({} as never),
      forget: () => {
        throw new Error('can not forget')
      },
    }),
  }
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(
        receive<string>(() => {
          throw new Error('crash')
        }),
      )
      return receive((message) => {
        child.tell(message)
      })
    }),
    'parent',
    { supervision: strategy },
  )
  parent.tell('x')
  await kit.settle()
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ directive }) => directive),
    ['escalate', 'restart'],
  )
  const ignored = kit.events.of('FailureIgnored').map(({ error }) => error as { code?: string })
  t.is(ignored[0]?.code, 'TROUPE_STRATEGY_DIRECTIVE')
  await kit.until(kit.system.stop(parent))
  t.is(kit.system.find('/user/parent'), undefined)
})

test('an ask whose message can not be made is over at once', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(quiet)
  const { signal } = new AbortController()
  let listening = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening--
    remove(...args)
  }
  const asked = actor.ask(
    () => {
      throw new RangeError('no message')
    },
    { signal },
  )
  await t.throwsAsync(asked, { message: 'no message' })
  t.is(listening, 0)
})

test('an ask whose message is dropped on the way ends at its deadline', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(quiet)
  kit.drop(() => true)
  await t.throwsAsync(kit.until(actor.ask(() => 'x')), { code: 'TROUPE_ASK_TIMEOUT' })
})

test('the strategy of a behavior counts wherever the behavior comes from', async (t) => {
  const kit = testSystem()
  const supervising = supervised(
    oneForOne({ directive: 'stop' }),
    setup<string>((ctx) => {
      const child = ctx.spawn(
        receive<string>(() => {
          throw new Error('crash')
        }),
      )
      return receive((message) => {
        child.tell(message)
      })
    }),
  )
  const travelling = registered(import.meta.url, 'odd-supervising', () => supervising)
  const refs = [
    kit.spawn(setup<string>(() => supervising)),
    kit.spawn(setup<string>(() => Promise.resolve(supervising))),
    kit.spawn(travelling(undefined)),
    kit.spawn(
      setup<string>(() => supervising),
      'named',
      { supervision: oneForOne() },
    ),
  ]
  await kit.settle()
  for (const ref of refs) ref.tell('x')
  await kit.settle()
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ directive }) => directive),
    ['stop', 'stop', 'stop', 'restart'],
  )
})

test('a system that ends gives each of its actors the time it was promised', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  let hasEnded = false
  const slow = kit.spawn(
    receive<string>(
      () => undefined,
      async () => {
        await gate.pass()
        hasEnded = true
      },
    ),
    'slow',
    { shutdownMs: 60_000 },
  )
  slow.tell('x')
  await kit.settle()
  const over = kit.system.terminate()
  await kit.advance(30_000)
  gate.open()
  await kit.until(over)
  t.true(hasEnded)
  t.deepEqual(kit.events.of('ActorAbandoned'), [])
})

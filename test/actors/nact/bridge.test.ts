import test from 'ava'
import nact from 'nact'

import { receive, setup, stopped } from '../../../src/actors/index.ts'
import type { ActorRef, AnyRef, Decision, SupervisorStrategy } from '../../../src/actors/index.ts'
import { nactBridge } from '../../../src/actors/nact/index.ts'
import type { NactBridge, NactPlugin, NactRef } from '../../../src/actors/nact/index.ts'
import { newWorld, spawnSeer, startTestNode } from '../remote/memory-nodes.ts'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import type { TestSystem } from '../../../src/actors/testkit/index.ts'
import { isTroupeError } from '../../../src/platform/index.ts'

interface NactFunctions {
  readonly dispatch: (reference: unknown, message: unknown, sender?: unknown) => void
  readonly query: (reference: unknown, message: unknown, timeoutMs: number) => Promise<unknown>
  readonly stop: (reference: unknown) => void
  readonly spawn: (
    parent: unknown,
    f: NactFunction,
    name?: string,
    properties?: object,
  ) => NactRef<unknown>
  readonly spawnStateless: (parent: unknown, f: unknown) => NactRef<unknown>
  readonly spawnPersistent: (
    parent: unknown,
    f: NactFunction,
    key: string,
    name?: string,
    properties?: object,
  ) => NactRef<unknown>
}

/** nact's own functions, less strictly typed: its typings know nothing of senders, nor of our refs. */
const { dispatch, query, spawn, spawnPersistent, spawnStateless, stop } =
  nact as unknown as NactFunctions

interface NactContext {
  readonly parent: unknown
  readonly self: unknown
  readonly name: string
  readonly path: { readonly parts: readonly string[] }
  readonly children: ReadonlyMap<string, unknown>
  readonly sender: unknown
  readonly persist: (message: unknown) => Promise<void>
  readonly recovering?: boolean
}

type NactFunction = (state: never, message: never, ctx: NactContext) => unknown

interface Bridged extends NactBridge {
  readonly kit: TestSystem
  /** Lets nact have its turns of the real event loop, and the test's world settle between them. */
  readonly settle: () => Promise<void>
}

let systems = 0

function bridged(supervision?: SupervisorStrategy, plugins: readonly NactPlugin[] = []): Bridged {
  const kit = testSystem({
    name: `nact-${String(++systems)}`,
    interception: false,
    ...(supervision === undefined ? {} : { supervision }),
  })
  const bridge = nactBridge(kit.system, { plugins })
  return {
    ...bridge,
    kit,
    settle: async () => {
      for (let turn = 0; turn < 12; turn++) await kit.settle()
    },
  }
}

function always(directive: Decision['directive']): SupervisorStrategy {
  return {
    description: directive,
    start: () => ({ decide: () => ({ directive, scope: 'one', delayMs: 0, reason: 'test' }) }),
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => `replied ${String(value)}`,
    (error: unknown) => (isTroupeError(error) ? error.code : String(error)),
  )

test('nact’s dispatch tells a Troupe actor, in order with our own sends', async (t) => {
  const { kit } = bridged()
  const probe = kit.probe<string>()
  dispatch(probe.ref, 'a')
  probe.ref.tell('b')
  dispatch(probe.ref, 'c')
  t.deepEqual(await probe.receiveMany(3), ['a', 'b', 'c'])
  t.true(kit.ledgerBalanced())
})

test('a Troupe actor sees the sender of a dispatch, and can reply to it, whatever it is', async (t) => {
  const { kit, settle, reference } = bridged()
  const probe = kit.probe<unknown>()
  const echo = kit.spawn(
    receive<string>((message, ctx) => {
      ctx.sender?.tell(`echo ${message}`)
    }),
  )
  const nactActor = spawn(reference, (_state: unknown, message: unknown) => {
    probe.ref.tell(message)
  })
  dispatch(echo, 'from a cell', probe.ref)
  dispatch(echo, 'from nact', nactActor)
  dispatch(echo, 'from nobody')
  echo.tell('by tell')
  await settle()
  t.deepEqual(probe.messages, ['echo from a cell', 'echo from nact'])
  t.true(kit.ledgerBalanced())
})

test('a query that a nact actor hands on can be answered by a Troupe actor', async (t) => {
  const { kit, settle, reference } = bridged()
  const probe = kit.probe<string>()
  const oracle = kit.spawn(
    receive<string>((message, ctx) => {
      ctx.sender?.tell(`answer to ${message}`)
      probe.ref.tell(ctx.sender?.path ?? '')
      ctx.sender
        ?.ask(() => 'and you?')
        .catch((error: unknown) => {
          probe.ref.tell((error as { readonly code: string }).code)
        })
    }),
  )
  const desk = spawn(reference, (_state: unknown, message: string, ctx: NactContext) => {
    dispatch(oracle, message, ctx.sender)
  })
  const answer = query(desk, 'why', 60_000)
  await settle()
  t.is(await answer, 'answer to why')
  t.deepEqual(probe.messages, [`troupe://${kit.system.name}/?nact`, 'TROUPE_NACT_UNANSWERABLE'])
  t.true(kit.ledgerBalanced())
})

test('nact can start nothing under an actor that is stopping', async (t) => {
  const { kit } = bridged()
  const parent = kit.spawn(receive<string>(() => undefined))
  await kit.until(kit.system.stop(parent))
  const idle = (() => undefined) as NactFunction
  t.throws(() => spawn(parent, idle), { code: 'TROUPE_ACTOR_STOPPING' })
  t.throws(() => spawnPersistent(parent, idle, 'key'), { code: 'TROUPE_ACTOR_STOPPING' })
})

test('the sender of one message is not that of the next, also after a failure', async (t) => {
  const { kit } = bridged(always('resume'))
  const probe = kit.probe<string>()
  const actor = kit.spawn(
    receive<string>((message, ctx) => {
      probe.ref.tell(`${message} ${String(ctx.sender !== undefined)}`)
      if (message === 'crash') throw new TypeError('broken')
    }),
  )
  dispatch(actor, 'crash', probe.ref)
  actor.tell('plain')
  t.deepEqual(await probe.receiveMany(2), ['crash true', 'plain false'])
})

test('messages of nact with a sender keep to the bound of the mailbox', async (t) => {
  const { kit } = bridged()
  const probe = kit.probe<string>()
  let handled = 0
  const actor = kit.spawn(
    receive<string>(() => void handled++),
    'small',
    { mailbox: { capacity: 3 } },
  )
  for (let n = 0; n < 5; n++) dispatch(actor, 'x', probe.ref)
  await kit.settle()
  t.is(handled, 3)
  t.deepEqual(kit.system.ledger().dropped, { 'mailbox-full': 2 })
  t.true(kit.ledgerBalanced())
})

test('nact’s query asks a Troupe actor, by value or by function', async (t) => {
  const { kit } = bridged()
  const actor = kit.spawn(
    receive<string | { readonly replyTo: ActorRef<string> }>((message, ctx) => {
      if (typeof message === 'string') ctx.sender?.tell(`to the sender: ${message}`)
      else dispatch(message.replyTo, 'to replyTo')
    }),
  )
  t.is(await kit.until(query(actor, 'hello', 1_000)), 'to the sender: hello')
  const byFunction = query(actor, (replyTo: unknown) => ({ replyTo }), 1_000)
  t.is(await kit.until(byFunction), 'to replyTo')
  t.true(kit.ledgerBalanced())
})

test('nact’s query ends by its deadline, by a full mailbox, and by the end of the actor', async (t) => {
  const { kit } = bridged()
  const silent = kit.spawn(
    receive<string>(() => undefined),
    'silent',
    {
      mailbox: { capacity: 1 },
    },
  )
  t.is(await kit.until(codeOf(query(silent, 'a', 100))), 'TROUPE_ASK_TIMEOUT')
  silent.tell('fills the mailbox')
  t.is(await kit.until(codeOf(query(silent, 'b', 100))), 'TROUPE_ASK_REFUSED')
  const pending = codeOf(query(silent, 'c', 100_000))
  await kit.settle()
  void kit.system.kill(silent)
  t.is(await kit.until(pending), 'TROUPE_ASK_TARGET_TERMINATED')
  t.is(await kit.until(codeOf(query(silent, 'd', 100))), 'TROUPE_ASK_TARGET_TERMINATED')
  t.true(kit.ledgerBalanced())
})

test('nact’s stop stops a Troupe actor in good order', async (t) => {
  const { kit } = bridged()
  const probe = kit.probe<string>()
  const actor = kit.spawn(
    receive<string>(
      (message) => {
        probe.ref.tell(message)
      },
      (signal) => {
        probe.ref.tell(signal.type)
      },
    ),
  )
  actor.tell('before')
  stop(actor)
  dispatch(actor, 'after')
  t.deepEqual(await probe.receiveMany(2), ['before', 'PostStop'])
  t.deepEqual(kit.system.ledger().dropped, { stopped: 1 })
  dispatch(actor, 'much later')
  t.deepEqual(kit.system.ledger().dropped, { stopped: 2 })
})

test('a nact actor under a Troupe actor has its place in the tree, and can be told, asked and watched', async (t) => {
  const { kit, ref, settle } = bridged()
  const probe = kit.probe<unknown>()
  const parent = kit.spawn(
    receive<string>(() => undefined),
    'parent',
  )
  const child = spawn(
    parent,
    (count: number, message: { readonly replyTo?: unknown }, ctx: NactContext) => {
      if (message.replyTo !== undefined) dispatch(message.replyTo, [count, ctx.parent === parent])
      return count + 1
    },
    'child',
    { initialState: 0 },
  )
  const troupe = ref<{ readonly replyTo?: ActorRef<unknown> }>(child)
  t.is(troupe.path, `${parent.path}/child`)
  t.is(kit.system.find('/user/parent/child'), troupe)
  troupe.tell({})
  dispatch(child, {})
  const reply = troupe.ask<unknown>((replyTo) => ({ replyTo }))
  await settle()
  t.deepEqual(await kit.until(reply), [2, true])
  t.is(kit.system.ledger().forwarded, 2, 'told and asked; nact’s own dispatch is nact’s')
  probe.watch(troupe)
  stop(child)
  t.is((await probe.expectTerminated(troupe)).reason, 'stopped')
  troupe.tell({})
  dispatch(child, {})
  t.deepEqual(kit.system.ledger().dropped, { stopped: 2 })
  t.true(kit.ledgerBalanced())
})

test('nact actors end with their Troupe parent', async (t) => {
  const { kit, settle } = bridged()
  const ends: string[] = []
  const parent = kit.spawn(
    receive<string>(() => undefined),
    'parent',
  )
  const child = spawn(parent, () => undefined, 'child', {
    afterStop: () => void ends.push('child'),
  })
  spawn(child, () => undefined, 'grandchild', {
    afterStop: () => void ends.push('grandchild'),
  })
  t.is(kit.system.tree().length, 6)
  await kit.until(kit.system.stop(parent))
  await settle()
  t.deepEqual(ends.sort(), ['child', 'grandchild'])
  t.is(kit.system.tree().length, 3)
})

test('a name is free again after a stop, and taken by either kind before', async (t) => {
  const { kit, reference } = bridged()
  const idle = (() => undefined) as NactFunction
  const first = spawn(reference, idle, 'name')
  t.throws(() => spawn(reference, idle, 'name'), { message: /already exists/ })
  t.throws(
    () =>
      kit.spawn(
        receive<string>(() => undefined),
        'name',
      ),
    {
      code: 'TROUPE_ACTOR_NAME_TAKEN',
    },
  )
  stop(first)
  const second = kit.spawn(
    receive<string>(() => undefined),
    'name',
  )
  t.throws(() => spawn(reference, idle, 'name'), { message: /already exists/ })
  await kit.until(kit.system.stop(second))
  t.notThrows(() => spawn(reference, idle, 'name'))
})

test('nact’s made-up names give way to a counter', (t) => {
  const { kit, reference } = bridged()
  const parent = kit.spawn(receive<string>(() => undefined))
  const seen = new Set<string>()
  for (let n = 0; n < 100; n++) {
    const child = spawn(n % 2 === 0 ? reference : parent, () => undefined)
    seen.add((child as { readonly name: string }).name)
  }
  t.is(seen.size, 100)
  for (const name of seen) t.regex(name, /^\$n\d+$/)
})

for (const directive of ['restart', 'resume', 'stop'] as const) {
  test(`a crash of a nact child is a failure its Troupe parent answers: ${directive}`, async (t) => {
    const { kit, ref, settle } = bridged(always(directive))
    const probe = kit.probe<unknown>()
    const parent = kit.spawn(
      receive<string>(() => undefined),
      'parent',
    )
    const child = spawn(
      parent,
      (count: number, message: string) => {
        if (message === 'crash') throw new TypeError('nact crashed')
        probe.ref.tell(count)
        return count + 1
      },
      'child',
      { initialState: 0 },
    )
    probe.watch(ref(child))
    for (const message of ['a', 'crash', 'b']) dispatch(child, message)
    await settle()
    t.like(kit.events.of('ChildFailed')[0], {
      path: `${parent.path}/child`,
      directive,
      error: { message: 'nact crashed' },
    })
    const expected = { restart: [0, 0], resume: [0, 1], stop: [0] }
    t.deepEqual(probe.messages, expected[directive])
    t.deepEqual(
      probe.notices.map(({ reason }) => reason),
      directive === 'stop' ? ['failed'] : [],
    )
  })
}

test('a crash of a nact child can escalate through its Troupe parent', async (t) => {
  const { kit, settle } = bridged()
  let starts = 0
  kit.spawn(
    setup<string>((ctx) => {
      starts++
      const child = spawn(ctx.self, () => {
        throw new TypeError('nact crashed')
      })
      if (starts === 1) dispatch(child, 'crash')
      return receive<string>(() => undefined)
    }),
    'parent',
    { supervision: always('escalate') },
  )
  await settle()
  t.is(starts, 2)
  t.is(kit.system.tree().length, 5)
})

test('a nact actor’s own onCrash decides before its parent is asked', async (t) => {
  const { kit, reference, settle } = bridged()
  const seen: string[] = []
  const child = spawn(
    reference,
    (_state: unknown, message: string) => {
      if (message === 'crash') throw new TypeError('nact crashed')
      seen.push(message)
    },
    'child',
    { onCrash: (_message: unknown, _error: unknown, ctx: { resume: unknown }) => ctx.resume },
  )
  for (const message of ['a', 'crash', 'b']) dispatch(child, message)
  await settle()
  t.deepEqual(seen, ['a', 'b'])
  t.is(kit.events.of('ChildFailed').length, 0)
})

test('a fault in nact’s fault handling is a failure, never an unhandled rejection', async (t) => {
  const { kit, reference, settle } = bridged(always('stop'))
  const rejections: unknown[] = []
  const note = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', note)
  const crash = (() => {
    throw new TypeError('nact crashed')
  }) as NactFunction
  const policies: readonly ((m: unknown, e: unknown, ctx: Record<string, unknown>) => unknown)[] = [
    () => {
      throw new RangeError('onCrash crashed')
    },
    // There is no child that has failed: nact looks it up all the same.
    (_message, _error, ctx) => ctx['stopChild'],
    (_message, _error, ctx) => ctx['resetChild'],
    // nact stops the actor, then wants its parent.
    (_message, _error, ctx) => {
      stop(ctx['self'])
      return ctx['escalate']
    },
    (_message, _error, ctx) => {
      stop(ctx['self'])
      return ctx['stopAll']
    },
  ]
  for (const onCrash of policies) dispatch(spawn(reference, crash, undefined, { onCrash }), 'go')
  await settle()
  process.off('unhandledRejection', note)
  t.deepEqual(rejections, [])
  t.is(kit.events.of('ChildFailed').length, 3)
  t.is(kit.events.of('FailureIgnored').length, 2)
  t.is(kit.system.tree().length, 3)
})

test('spawnStateless works under our actors, and goes on after a fault, as nact has it', async (t) => {
  const { kit, settle } = bridged()
  const seen: unknown[] = []
  const parent = kit.spawn(receive<string>(() => undefined))
  const child = spawnStateless(parent, (message: string) => {
    if (message === 'crash') throw new TypeError('nact crashed')
    seen.push(message)
  })
  for (const message of ['a', 'crash', 'b']) dispatch(child, message)
  await settle()
  t.deepEqual(seen, ['a', 'b'])
})

/** A persistence engine of nact's that keeps events in memory. */
function memoryEngine(): { readonly events: Map<string, unknown[]>; readonly plugin: NactPlugin } {
  const events = new Map<string, unknown[]>()
  const engine = {
    events: (key: string, offset: number) => {
      const all = (events.get(key) ?? []).slice(offset)
      return {
        reduce: async <U>(f: (u: U, event: unknown, index: number) => U, initial: U): Promise<U> =>
          all.reduce<U>(f, initial),
      }
    },
    latestSnapshot: () => Promise.resolve(undefined),
    takeSnapshot: () => Promise.resolve(),
    persist: (event: { readonly key: string }) => {
      events.set(event.key, [...(events.get(event.key) ?? []), event])
      return Promise.resolve()
    },
  }
  return { events, plugin: nact.configurePersistence(engine as never) }
}

test('spawnPersistent works under our actors, with recovery after a restart', async (t) => {
  const { events, plugin } = memoryEngine()
  const { kit, settle } = bridged(undefined, [plugin])
  const probe = kit.probe<number>()
  const parent = kit.spawn(receive<string>(() => undefined))
  const child = spawnPersistent(
    parent,
    async (sum: number, message: number | 'crash', ctx: NactContext) => {
      if (message === 'crash') throw new TypeError('nact crashed')
      if (ctx.recovering !== true) {
        await ctx.persist(message)
        probe.ref.tell(sum + message)
      }
      return sum + message
    },
    'key',
    'child',
    { initialState: 0 },
  )
  for (const message of [1, 2, 'crash', 3]) dispatch(child, message)
  await settle()
  await settle()
  t.deepEqual(probe.messages, [1, 3, 6])
  t.is(events.get('key')?.length, 3)
  t.is(kit.events.of('ChildFailed').length, 1)
})

test('Troupe actors live under a nact actor, which sees them among its children', async (t) => {
  const { kit, reference, spawn: spawnUnder, settle } = bridged()
  const seen: unknown[] = []
  const parent = spawn(
    reference,
    (_state: unknown, _message: unknown, ctx: NactContext) => {
      seen.push([...ctx.children.keys()], ctx.children.get('child') === child)
    },
    'parent',
  )
  const child = spawnUnder(
    parent,
    receive<string>((message) => (message === 'end' ? stopped : undefined)),
    'child',
  )
  t.is(child.path, `troupe://${kit.system.name}/user/parent/child`)
  dispatch(parent, 'look')
  await settle()
  child.tell('end')
  await settle()
  dispatch(parent, 'look again')
  await settle()
  t.deepEqual(seen, [['child'], true, [], false])
})

test('Troupe actors end with their nact parent', async (t) => {
  const { kit, reference, spawn: spawnUnder, settle } = bridged()
  const ends: string[] = []
  const parent = spawn(reference, () => undefined, 'parent')
  const child = spawnUnder(
    parent,
    receive<string>(
      () => undefined,
      (signal) => void ends.push(signal.type),
    ),
  )
  child.tell('start')
  await settle()
  stop(parent)
  await settle()
  t.deepEqual(ends, ['PostStop'])
  t.is(kit.system.tree().length, 3)
})

for (const [decision, expected, left] of [
  ['resume', ['a 1', 'b 2'], 5],
  ['resetChild', ['a 1', 'b 1'], 5],
  ['stopChild', ['a 1'], 4],
  ['stop', ['a 1'], 3],
] as const) {
  test(`a nact parent’s onCrash supervises a Troupe actor: ${decision}`, async (t) => {
    const { kit, reference, spawn: spawnUnder, settle } = bridged()
    const log: string[] = []
    const faults: unknown[] = []
    const parent = spawn(reference, () => undefined, 'parent', {
      onCrash: (_message: unknown, error: Error, ctx: Record<string, unknown>, child: AnyRef) => {
        faults.push([error.message, child.path.split('/').pop()])
        return ctx[decision]
      },
    })
    const child = spawnUnder(
      parent,
      setup<string>(() => {
        let count = 0
        return receive<string>((message) => {
          if (message === 'crash') throw new TypeError('ours crashed')
          log.push(`${message} ${String(++count)}`)
        })
      }),
      'child',
    )
    for (const message of ['a', 'crash', 'b']) child.tell(message)
    await settle()
    t.deepEqual(faults, [['ours crashed', 'child']])
    t.deepEqual(log, expected)
    t.is(kit.system.tree().length, left)
    t.true(kit.ledgerBalanced())
  })
}

test('a failure goes up through a nact parent without onCrash to the Troupe actor above', async (t) => {
  const { kit, spawn: spawnUnder, settle } = bridged()
  const top = kit.spawn(
    receive<string>(() => undefined),
    'top',
    { supervision: always('resume') },
  )
  const middle = spawn(top, () => undefined, 'middle')
  let handled = 0
  const child = spawnUnder(
    middle,
    receive<string>((message) => {
      if (message === 'crash') throw new TypeError('ours crashed')
      handled++
    }),
  )
  child.tell('crash')
  child.tell('on')
  await settle()
  t.is(handled, 1)
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ path }) => path),
    [`${top.path}/middle`],
  )
})

test('10,000 children do not burden the messages of a nact parent: they are looked up, not copied', async (t) => {
  const { reference, spawn: spawnUnder, settle } = bridged()
  const contexts: NactContext[] = []
  const parent = spawn(reference, (_state: unknown, _message: unknown, ctx: NactContext) => {
    contexts.push(ctx)
  })
  for (let n = 0; n < 10_000; n++)
    spawnUnder(
      parent,
      receive<string>(() => undefined),
    )
  dispatch(parent, 'look')
  await settle()
  const [ctx] = contexts
  t.is(typeof Object.getOwnPropertyDescriptor(ctx, 'children')?.get, 'function')
  t.is(ctx?.children.size, 10_000)
})

test('a reference made of words leads where its path says, or nowhere with a dead letter', async (t) => {
  const { kit, ref } = bridged()
  const probe = kit.probe<string>('probe')
  const words = (...parts: string[]): object => ({
    type: 'actor',
    system: { name: kit.system.name },
    path: { parts, system: kit.system.name },
  })
  dispatch(words('user', 'probe'), 'hello')
  t.is(await probe.receive(), 'hello')
  dispatch(words('user', 'nobody'), 'lost')
  t.deepEqual(kit.system.ledger().dropped, { 'no-such-actor': 1 })
  t.is(ref<string>(words('user', 'probe')), probe.ref)
  t.throws(() => ref(words('user', 'nobody')), { code: 'TROUPE_NACT_UNKNOWN_REFERENCE' })
  t.true(kit.ledgerBalanced())
})

test('nact’s dispatch and query take refs of other nodes, and adapters', async (t) => {
  const world = newWorld()
  const here = await startTestNode(world, 'nact-here')
  const there = await startTestNode(world, 'nact-there')
  nactBridge(here.system)
  const answers = spawnSeer<string>(there.system, 'notes')
  there.system.spawn(
    receive<{ readonly replyTo: ActorRef<string> }>(({ replyTo }) => {
      replyTo.tell('from far')
    }),
    'oracle',
  )
  const peer = await world.until(here.node.join(there.address))
  dispatch(await world.until(peer.resolve<string>('/user/notes')), 'hello')
  const oracle = await world.until(peer.resolve<never>('/user/oracle'))
  t.is(await world.until(query(oracle, (replyTo: unknown) => ({ replyTo }), 1_000)), 'from far')
  t.deepEqual(answers.messages, ['hello'])

  let adapter: ActorRef<number> | undefined
  const adapted: string[] = []
  here.system
    .spawn(
      receive<string>((message, ctx) => {
        adapter ??= ctx.adapter<number>((n) => `number ${String(n)}`)
        adapted.push(message)
      }),
    )
    .tell('start')
  await world.settle()
  dispatch(adapter, 7)
  await world.settle()
  t.deepEqual(adapted, ['start', 'number 7'])
})

test('an idle actor costs nothing for the bridge until nact asks for it', async (t) => {
  const { kit } = bridged()
  const actor = kit.spawn(receive<string>(() => undefined))
  actor.tell('x')
  await kit.settle()
  const cell = actor as unknown as { readonly extension: { readonly facade: unknown } | undefined }
  t.is(cell.extension, undefined)
  dispatch(actor, 'y')
  t.truthy(cell.extension?.facade)
})

test('the nact system ends with the Troupe system, and its name is free again', async (t) => {
  const { kit, reference } = bridged()
  t.throws(() => nactBridge(kit.system), { code: 'TROUPE_NACT_NAME_TAKEN' })
  const child = spawn(reference, () => undefined)
  stop(reference)
  const report = await kit.until(kit.system.whenTerminated)
  t.is(report.failure, undefined)
  dispatch(child, 'late')
  t.throws(() => spawn(reference, () => undefined))
  const next = testSystem({ name: kit.system.name })
  t.notThrows(() => nactBridge(next.system))
})

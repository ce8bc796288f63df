import test from 'ava'

import { receive, setup, stopped } from '../../src/actors/index.ts'
import type { ActorRef, AnyRef, Behavior } from '../../src/actors/index.ts'
import { Gate, testSystem } from '../../src/actors/testkit/index.ts'
import type { TestSystem } from '../../src/actors/testkit/index.ts'
import { oneForAll, oneForOne, supervised, supervisor } from '../../src/supervision/index.ts'
import type {
  AnyChildSpec,
  ChildInfo,
  ChildReply,
  ChildrenReply,
  ChildSpec,
  CountReply,
  SupervisorMessage,
} from '../../src/supervision/index.ts'

/** Notes its life; `crash` fails, `end` stops, anything else does nothing. */
function worker(log: string[], name: string): Behavior<string> {
  return setup(() => {
    log.push(`${name} starts`)
    return receive<string>(
      (message) => {
        if (message === 'crash') throw new TypeError(`${name} crashed`)
        return message === 'end' ? stopped : undefined
      },
      (signal) => void log.push(`${name} ${signal.type}`),
    )
  })
}

function spec(log: string[], id: string, more: Partial<ChildSpec<string>> = {}): AnyChildSpec {
  return { id, start: worker(log, id), ...more }
}

async function which(
  kit: TestSystem,
  ref: ActorRef<SupervisorMessage>,
): Promise<readonly ChildInfo[]> {
  const reply = ref.ask<ChildrenReply>((replyTo) => ({ type: 'WhichChildren', replyTo }))
  return (await kit.until(reply)).children
}

const summary = (children: readonly ChildInfo[]): string[] =>
  children.map(({ id, status, restart }) => `${id} ${restart} ${status}`)

async function change(
  kit: TestSystem,
  ref: ActorRef<SupervisorMessage>,
  build: (replyTo: ActorRef<ChildReply>) => SupervisorMessage,
): Promise<string> {
  const reply = await kit.until(ref.ask(build))
  return reply.type === 'ChildRefused' ? reply.reason : reply.type
}

const childOf = async (
  kit: TestSystem,
  ref: ActorRef<SupervisorMessage>,
  id: string,
): Promise<ActorRef<string>> =>
  (await which(kit, ref)).find((child) => child.id === id)?.ref as AnyRef as ActorRef<string>

test('a supervisor starts its children left to right and stops them right to left', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const ref = kit.spawn(supervisor(['a', 'b', 'c'].map((id) => spec(log, id))), 'sup')
  t.deepEqual(summary(await which(kit, ref)), [
    'a permanent running',
    'b permanent running',
    'c permanent running',
  ])
  await kit.until(kit.system.stop(ref))
  t.deepEqual(log, ['a starts', 'b starts', 'c starts', 'c PostStop', 'b PostStop', 'a PostStop'])
})

test('a supervisor answers for its children by its own strategy', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const ref = kit.spawn(supervisor([spec(log, 'a'), spec(log, 'b')], oneForAll()), 'sup')
  t.is(
    kit.system.tree().find(({ path }) => path === ref.path)?.strategy,
    'one-for-all restart, 10 in 10 s',
  )
  const a = await childOf(kit, ref, 'a')
  a.tell('crash')
  await kit.settle()
  t.deepEqual(log, ['a starts', 'b starts', 'b PreRestart', 'a PreRestart', 'a starts', 'b starts'])
})

test('beyond its intensity the supervisor fails, and begins anew with its specs', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const ref = kit.spawn(supervisor([spec(log, 'a')], oneForOne({ maxRestarts: 1 })), 'sup')
  const extra = spec(log, 'extra')
  await change(kit, ref, (replyTo) => ({ type: 'StartChild', spec: extra, replyTo }))
  const a = await childOf(kit, ref, 'a')
  a.tell('crash')
  await kit.settle()
  a.tell('crash')
  t.deepEqual(summary(await which(kit, ref)), ['a permanent running'])
  t.deepEqual(
    kit.events.of('ChildFailed').map(({ path, directive }) => [path.split('/').pop(), directive]),
    [
      ['a', 'restart'],
      ['a', 'escalate'],
      ['sup', 'restart'],
    ],
  )
})

test('a permanent child that ends is restarted, a transient one stays ended, a temporary one is forgotten', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const ref = kit.spawn(
    supervisor([
      spec(log, 'permanent'),
      spec(log, 'transient', { restart: 'transient' }),
      spec(log, 'temporary', { restart: 'temporary' }),
    ]),
  )
  for (const id of ['permanent', 'transient', 'temporary']) {
    const child = await childOf(kit, ref, id)
    child.tell('end')
  }
  await kit.settle()
  t.deepEqual(summary(await which(kit, ref)), [
    'permanent permanent running',
    'transient transient ended',
  ])
})

test('children can be started, terminated, started again and deleted at run time', async (t) => {
  const kit = testSystem()
  const log: string[] = []
  const ref = kit.spawn(supervisor([spec(log, 'a')]))
  const b = spec(log, 'b')
  const startB = (replyTo: ActorRef<ChildReply>): SupervisorMessage => ({
    type: 'StartChild',
    spec: b,
    replyTo,
  })
  const onB =
    (type: 'TerminateChild' | 'RestartChild' | 'DeleteChild') =>
    (replyTo: ActorRef<ChildReply>): SupervisorMessage => ({ type, id: 'b', replyTo })

  t.is(await change(kit, ref, onB('TerminateChild')), 'not-found')
  t.is(await change(kit, ref, onB('RestartChild')), 'not-found')
  t.is(await change(kit, ref, onB('DeleteChild')), 'not-found')
  t.is(await change(kit, ref, startB), 'ChildStarted')
  t.is(await change(kit, ref, startB), 'already-running')
  t.is(await change(kit, ref, onB('RestartChild')), 'running')
  t.is(await change(kit, ref, onB('DeleteChild')), 'running')
  t.is(await change(kit, ref, onB('TerminateChild')), 'ChildTerminated')
  t.is(await change(kit, ref, onB('TerminateChild')), 'ChildTerminated')
  t.is(await change(kit, ref, startB), 'already-present')
  t.deepEqual(summary(await which(kit, ref)), ['a permanent running', 'b permanent ended'])
  t.is(await change(kit, ref, onB('RestartChild')), 'ChildStarted')
  t.is(await change(kit, ref, onB('TerminateChild')), 'ChildTerminated')
  t.is(await change(kit, ref, onB('DeleteChild')), 'ChildDeleted')
  t.deepEqual(summary(await which(kit, ref)), ['a permanent running'])
  t.deepEqual(
    await kit.until(ref.ask<CountReply>((replyTo) => ({ type: 'CountChildren', replyTo }))),
    { type: 'Count', specs: 1, running: 1 },
  )
  t.true(kit.ledgerBalanced())
})

test('the supervisor goes on while a child takes its time to terminate', async (t) => {
  const kit = testSystem()
  const gate = new Gate()
  const slow: AnyChildSpec = {
    id: 'slow',
    start: receive<string>(
      () => undefined,
      () => gate.pass(),
    ),
  }
  const ref = kit.spawn(supervisor([slow]))
  const child = await childOf(kit, ref, 'slow')
  child.tell('start')
  await kit.settle()
  const ends = [1, 2].map(() =>
    ref.ask<ChildReply>((replyTo) => ({ type: 'TerminateChild', id: 'slow', replyTo })),
  )
  t.deepEqual(summary(await which(kit, ref)), ['slow permanent stopping'])
  t.is(
    await change(kit, ref, (replyTo) => ({ type: 'StartChild', spec: slow, replyTo })),
    'stopping',
  )
  gate.open()
  t.deepEqual(
    (await kit.until(Promise.all(ends))).map(({ type }) => type),
    ['ChildTerminated', 'ChildTerminated'],
  )
})

test('a child that is terminated has its shutdownMs, then it is killed', async (t) => {
  const kit = testSystem()
  const handled: string[] = []
  const busy: AnyChildSpec = {
    id: 'busy',
    shutdownMs: 100,
    start: receive<string>(
      (message) =>
        new Promise<void>((resolve) => {
          kit.world.clock.setTimer(60, () => {
            handled.push(message)
            resolve()
          })
        }),
    ),
  }
  const ref = kit.spawn(supervisor([busy]))
  const child = await childOf(kit, ref, 'busy')
  for (const message of ['a', 'b', 'c', 'd']) child.tell(message)
  t.is(
    await change(kit, ref, (replyTo) => ({ type: 'TerminateChild', id: 'busy', replyTo })),
    'ChildTerminated',
  )
  t.deepEqual(handled, ['a', 'b'])
  t.is(kit.world.clock.now(), 120)
})

test('what can not be started is a refusal, not a failure of the supervisor', async (t) => {
  const kit = testSystem()
  const ref = kit.spawn(supervisor([]))
  const illegal = spec([], 'a b')
  t.is(
    await change(kit, ref, (replyTo) => ({ type: 'StartChild', spec: illegal, replyTo })),
    'illegal',
  )
  t.is(kit.events.of('ChildFailed').length, 0)
})

test('two children of one id are refused', (t) => {
  t.throws(() => supervisor([spec([], 'a'), spec([], 'a')]), {
    code: 'TROUPE_SUPERVISION_CHILD_DUPLICATE',
  })
})

test('the supervisor ends with a significant child', async (t) => {
  const kit = testSystem()
  const probe = kit.probe<string>()
  const log: string[] = []
  const ref = kit.spawn(
    supervisor([spec(log, 'a'), spec(log, 'b', { restart: 'transient', significant: true })]),
  )
  const b = await childOf(kit, ref, 'b')
  b.tell('end')
  await probe.expectTerminated(ref)
  t.deepEqual(log, ['a starts', 'b starts', 'b PostStop', 'a PostStop'])
})

test('starts and ends of children are reported', async (t) => {
  const kit = testSystem()
  const ref = kit.spawn(supervisor([spec([], 'a', { restart: 'transient' })]), 'sup')
  const a = await childOf(kit, ref, 'a')
  a.tell('end')
  await kit.settle()
  t.deepEqual(
    kit.events.of('SupervisorReport').map(({ supervisor: by, child, event }) => [by, child, event]),
    [
      ['troupe://test/user/sup', 'a', 'started'],
      ['troupe://test/user/sup', 'a', 'stopped'],
    ],
  )
})

test('a behavior can be wrapped with a strategy; spawn may name another', (t) => {
  const kit = testSystem()
  const behavior = supervised(
    oneForAll(),
    receive<string>(() => undefined),
  )
  const strategyOf = (ref: AnyRef): string | undefined =>
    kit.system.tree().find(({ path }) => path === ref.path)?.strategy
  t.is(strategyOf(kit.spawn(behavior)), oneForAll().description)
  const other = oneForOne({ directive: 'stop' })
  t.is(strategyOf(kit.spawn(behavior, 'b', { supervision: other })), other.description)
  t.is(strategyOf(kit.spawn(behavior, 'c', { shutdownMs: 1 })), oneForAll().description)
})

import test from 'ava'
import type { ExecutionContext } from 'ava'
import {
  ActorSystem,
  ledgerImbalance,
  receive,
  setup,
  threadPool,
} from '../../../src/actors/index.ts'
import type {
  ActorRef,
  ChildFailed,
  Placement,
  ThreadPool,
  ThreadPoolOptions,
} from '../../../src/actors/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { oneForOne } from '../../../src/supervision/index.ts'
import { half } from '../fixtures/half-module.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'

const WAIT = { timeoutMs: 20_000 }

function start(
  t: ExecutionContext,
  options: ThreadPoolOptions = {},
): { system: ActorSystem; pool: ThreadPool } {
  // Failures reach the root here, which the log would tell.
  const environment = nodeEnvironment({ log: { level: 'off' } })
  const system = ActorSystem.create('main', { environment })
  t.teardown(() => system.terminate())
  return { system, pool: threadPool(system, { size: 1, ...options }) }
}

/** A parent with one child at `placement`, and what became of its failures. */
function family(
  system: ActorSystem,
  placement: Placement,
): {
  child: ActorRef<CounterMessage>
  failures: ChildFailed[]
  failed: () => Promise<ChildFailed>
} {
  const failures: ChildFailed[] = []
  const waiting: ((failure: ChildFailed) => void)[] = []
  system.eventStream.subscribe('ChildFailed', (failure) => {
    if (!failure.path.includes('/user/')) return
    failures.push(failure)
    for (const resolve of waiting.splice(0)) resolve(failure)
  })
  const child = system.spawn(counter({ from: 10 }), undefined, { placement })
  return { child, failures, failed: () => new Promise((resolve) => waiting.push(resolve)) }
}

const get = (child: ActorRef<CounterMessage>): Promise<number> =>
  child.ask<number>((replyTo) => ({ type: 'Get', replyTo }), WAIT)

for (const options of [
  { size: 0 },
  { blockedLimitMs: 0.5 },
  { limits: { maxFrameBytes: 0 } },
] as const) {
  test(`a pool with ${JSON.stringify(options)} is refused`, (t) => {
    const system = ActorSystem.create('refusing')
    t.teardown(() => system.terminate())
    t.throws(() => threadPool(system, options), { code: 'TROUPE_THREAD_POOL_OPTION' })
  })
}

test('a child lives in a worker thread and answers in order', async (t) => {
  const { system, pool } = start(t)
  const { child } = family(system, pool)
  for (let n = 1; n <= 1000; n++) child.tell({ type: 'Add', n })
  t.is(await get(child), 10 + 500_500)
  const where = await child.ask<string>((replyTo) => ({ type: 'Where', replyTo }), WAIT)
  t.is(where, 'main-threads-1')
  const self = await child.ask<ActorRef<CounterMessage>>(
    (replyTo) => ({ type: 'Self', replyTo }),
    WAIT,
  )
  t.is(self, child)
  t.is(ledgerImbalance(system.ledger()), 0)
  const [statistics] = await pool.statistics()
  t.true((statistics?.handled ?? 0) >= 1002)
})

test('a failure in a thread reaches its parent with class, code, data, cause and both stacks', async (t) => {
  const { system, pool } = start(t)
  const { child, failed } = family(system, pool)
  child.tell({ type: 'Add', n: 5 })
  const failure = failed()
  child.tell({ type: 'Fail', how: 'coded' })
  child.tell({ type: 'Add', n: 1 })
  const { error, directive } = await failure
  t.is(directive, 'restart')
  const { name, message, code, data, cause, stack, remoteStack } = error as Error & {
    code: string
    data: unknown
    remoteStack: string
  }
  t.is(name, 'OddError')
  t.is(message, 'something odd')
  t.is(code, 'ODD')
  t.deepEqual(data, { shelf: 7 })
  t.true(cause instanceof RangeError)
  t.is((cause as Error).message, 'out of range')
  t.regex(remoteStack, /travellers/)
  t.true(stack?.includes(remoteStack))
  t.regex(stack ?? '', /over a link/)
  t.is(await get(child), 11)
})

test('a thread that throws is lost: asks fail at once, its children start again in a new thread', async (t) => {
  const { system, pool } = start(t)
  const { child, failed } = family(system, pool)
  t.is(await get(child), 10)
  const failure = failed()
  const ask = child.ask(() => ({ type: 'Exit' }), { timeoutMs: 600_000 })
  await t.throwsAsync(ask, { code: 'TROUPE_NODE_LOST' })
  t.is((await failure).directive, 'restart')
  child.tell({ type: 'Add', n: 1 })
  t.is(await get(child), 11)
  const where = await child.ask<string>((replyTo) => ({ type: 'Where', replyTo }), WAIT)
  t.is(where, 'main-threads-2')
})

test('a thread that blocks its event loop past the limit is ended and replaced', async (t) => {
  const { system, pool } = start(t, { blockedLimitMs: 3_000 })
  const { child, failed } = family(system, pool)
  t.is(await get(child), 10)
  const failure = failed()
  child.tell({ type: 'Block', ms: 600_000 })
  t.regex(String((await failure).error), /has not turned for 3000 ms/)
  t.is(await get(child), 10)
})

test('a thread that is judged by its exit may be busy', async (t) => {
  const { system, pool } = start(t, { blockedLimitMs: 50, judgedBy: 'exit' })
  const { child, failures } = family(system, pool)
  child.tell({ type: 'Block', ms: 500 })
  t.is(await get(child), 10)
  t.deepEqual(failures, [])
})

test('stop reaches a child in a thread behind its messages', async (t) => {
  const { system, pool } = start(t)
  // A thread that is slow to start takes of the child's time to stop.
  await pool.ready()
  const { child } = family(system, pool)
  const order: string[] = []
  const sink = system.spawn(
    receive<number | 'watch'>(
      (message, ctx) => {
        if (message === 'watch') ctx.watch(child)
        else order.push(String(message))
      },
      (signal) => {
        if (signal.type === 'Terminated') order.push(signal.reason)
      },
    ),
  )
  sink.tell('watch')
  child.tell({ type: 'Add', n: 1 })
  child.tell({ type: 'Get', replyTo: sink })
  await system.stop(child)
  await new Promise<void>((resolve) => {
    system.environment.turns.macrotask(resolve)
  })
  t.deepEqual(order, ['11', 'stopped'])
  t.is(pool.threads[0]?.children, 0)
})

test('children are spread over the threads, and talk to each other through their parent’s system', async (t) => {
  const { system, pool } = start(t, { size: 2 })
  const a = system.spawn(counter({ from: 1 }), 'a', { placement: pool })
  const b = system.spawn(counter({ from: 2 }), 'b', { placement: pool })
  const places = await Promise.all(
    [a, b].map((ref) => ref.ask<string>((replyTo) => ({ type: 'Where', replyTo }), WAIT)),
  )
  t.is(new Set(places).size, 2)
  let got: (n: number) => void = () => undefined
  const heard = new Promise<number>((resolve) => (got = resolve))
  const sink = system.spawn(
    setup<number>(() =>
      receive((n) => {
        got(n)
      }),
    ),
  )
  b.tell({ type: 'Get', replyTo: sink })
  t.is(await heard, 2)
})

test('props that can’t travel are a failure of the child', async (t) => {
  const { system, pool } = start(t)
  const failure = new Promise<ChildFailed>((resolve) => {
    system.eventStream.subscribe('ChildFailed', resolve)
  })
  system.spawn(counter({ from: (() => 1) as unknown as number }), 'x', { placement: pool })
  t.like((await failure).error, { code: 'TROUPE_CODEC_UNENCODABLE' })
})

test('a child whose module breaks off half-way fails at its restart as it did at its start', async (t) => {
  const environment = nodeEnvironment({ log: { level: 'off' } })
  const supervision = oneForOne({ maxRestarts: 2, periodMs: 60_000 })
  const system = ActorSystem.create('main', { environment, supervision })
  const failures: unknown[] = []
  system.eventStream.subscribe('ChildFailed', ({ path, error }) => {
    if (path.endsWith('/half')) failures.push((error as Error).message)
  })
  system.spawn(half({}), 'half', { placement: threadPool(system, { size: 1 }) })
  await system.whenTerminated
  t.is(failures.length, 3)
  for (const failure of failures) t.regex(String(failure), /the other half is missing/)
})

test('a pool whose threads can’t load a module says so at ready, and ends with the reason', async (t) => {
  const lines: string[] = []
  const environment = nodeEnvironment({ log: { write: (line) => void lines.push(line) } })
  const system = ActorSystem.create('main', { environment })
  t.teardown(() => system.terminate())
  const missing = new URL('../fixtures/no-such-module.js', import.meta.url).href
  const strategy = oneForOne({ maxRestarts: 1, periodMs: 60_000 })
  const pool = threadPool(system, { size: 1, modules: [missing], strategy })
  await t.throwsAsync(pool.ready(), { message: /no-such-module/ })
  let end: unknown
  while ((end as { code?: unknown } | undefined)?.code !== 'TROUPE_THREAD_POOL_CLOSED') {
    end = await pool.ready().catch((error: unknown) => error)
  }
  t.regex((end as Error).message, /no-such-module/)
  t.true(lines.some((line) => /no-such-module/.test(line)))
  t.is(system.find('/system/threads'), undefined)
})

test('a pool that has lost a thread is ready when another one is', async (t) => {
  const { system, pool } = start(t)
  await pool.ready()
  const lost = new Promise((resolve) => system.eventStream.subscribe('NodeLost', resolve))
  pool.killThread(0)
  await lost
  await pool.ready()
  t.is(pool.threads.length, 1)
})

test('a pool that was closed is never ready again', async (t) => {
  const { pool } = start(t)
  await pool.close()
  await t.throwsAsync(pool.ready(), { code: 'TROUPE_THREAD_POOL_CLOSED' })
})

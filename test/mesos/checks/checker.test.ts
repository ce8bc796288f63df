import test from 'ava'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import type { CheckNotice } from '../../../src/mesos/built-in/index.ts'
import { checker, type CheckerOptions } from '../../../src/mesos/checks/checker.ts'
import type { ContainerMessage } from '../../../src/mesos/containerizer/index.ts'

type CommandProbe = Extract<ContainerMessage, { readonly type: 'exec' }>

interface Rig {
  readonly kit: TestSystem
  readonly news: TestProbe<CheckNotice>
  readonly probes: CommandProbe[]
  readonly check: (check: CheckerOptions['check']) => void
}

/** What checks a task `t`. */
function rig(): Rig {
  const kit = testSystem()
  const news = kit.probe<CheckNotice>('news')
  const probes: CommandProbe[] = []
  const container = kit.spawn((_state: undefined, message: ContainerMessage) => {
    if (message.type === 'exec') probes.push(message)
    return undefined
  })
  const check = (of: CheckerOptions['check']): void => {
    kit.spawn(checker({ taskId: 't', check: of, container, owner: news.ref }))
  }
  return { kit, news, probes, check }
}

function start(check: CheckerOptions['check']): Rig {
  const made = rig()
  made.check(check)
  return made
}

const healthy: CheckNotice = { type: 'task-health', taskId: 't', healthy: true, kill: false }
const unhealthy: CheckNotice = { ...healthy, healthy: false }

test('a command is run after the delay, and an interval after its end again', async (t) => {
  const { kit, news, probes } = start({
    kind: 'health',
    info: { type: 'COMMAND', command: { value: 'well' } },
  })
  await kit.advance(14_900)
  t.is(probes.length, 0)
  await kit.advance(200)
  t.is(probes.length, 1)
  t.is(probes[0]?.timeoutMs, 20_000)
  t.deepEqual(probes[0]?.command, { value: 'well' })
  await kit.advance(19_000)
  t.is(probes.length, 1, 'one at a time')
  probes[0]?.replyTo.tell({ type: 'exec-ended', exit: { code: 0, signal: undefined } })
  await news.expectMessage(healthy)
  await kit.advance(9_900)
  t.is(probes.length, 1)
  await kit.advance(200)
  probes[1]?.replyTo.tell({ type: 'exec-timed-out' })
  await news.expectMessage(unhealthy)
  await kit.advance(10_000)
  probes[2]?.replyTo.tell({ type: 'exec-failed', reason: 'no such file' })
  await news.expectMessage(unhealthy)
  await kit.advance(10_000)
  probes[3]?.replyTo.tell({ type: 'exec-ended', exit: { code: undefined, signal: 'SIGKILL' } })
  await news.expectMessage({ ...unhealthy, kill: true })
})

test('a container that never answers is taken for one that took too long', async (t) => {
  const { kit, news, probes } = start({
    kind: 'check',
    info: {
      type: 'COMMAND',
      command: { command: { value: 'well' } },
      delay_seconds: 0,
      timeout_seconds: 1,
    },
  })
  await kit.advance(100)
  probes[0]?.replyTo.tell({ type: 'exec-ended', exit: { code: 4, signal: undefined } })
  await news.expectMessage({
    type: 'task-checked',
    taskId: 't',
    check_status: { type: 'COMMAND', command: { exit_code: 4 } },
  })
  await kit.advance(17_000)
  await news.expectMessage({
    type: 'task-checked',
    taskId: 't',
    check_status: { type: 'COMMAND', command: {} },
  })
  t.is(probes.length, 2)
})

test('by HTTP redirects are followed, and what comes too late has failed', async (t) => {
  const { kit, news, check } = rig()
  const { http } = kit.world.environment('task')
  let isSlow = false
  const { address } = await kit.until(
    http.listen({ host: '127.0.0.1', port: 0 }, ({ request, reply }) => {
      if (isSlow) return
      if (request.target === '/old') reply({ status: 302, headers: { location: '/new' } })
      else reply({ status: request.target === '/new' ? 200 : 500 })
    }),
  )
  const info = {
    type: 'HTTP',
    http: { port: address.port, path: '/old' },
    delay_seconds: 0,
    interval_seconds: 1,
    timeout_seconds: 2,
    grace_period_seconds: 0,
  } as const
  check({ kind: 'health', info })
  await news.expectMessage(healthy)
  isSlow = true
  await kit.advance(4000)
  await news.expectMessage(unhealthy)

  isSlow = false
  const bad = { ...info, http: { port: address.port, path: '/bad' } }
  check({ kind: 'check', info: bad })
  const found = await news.fish((one) => one.type === 'task-checked')
  t.deepEqual(found, {
    type: 'task-checked',
    taskId: 't',
    check_status: { type: 'HTTP', http: { status_code: 500 } },
  })
})

test('by TCP a connection is enough', async (t) => {
  const { kit, news, check } = rig()
  const { network } = kit.world.environment('task')
  const listener = await kit.until(
    network.listen({ host: '127.0.0.1', port: 0 }, (connection) =>
      connection.handle({ data: () => undefined, closed: () => undefined }),
    ),
  )
  const { port } = listener.address
  const info = { type: 'TCP', tcp: { port }, delay_seconds: 0, interval_seconds: 1 } as const
  check({ kind: 'check', info })
  const status = { type: 'TCP', tcp: { succeeded: true } } as const
  await news.expectMessage({ type: 'task-checked', taskId: 't', check_status: status })
  await kit.until(listener.close())
  await kit.advance(2000)
  const gone = { type: 'TCP', tcp: { succeeded: false } } as const
  await news.expectMessage({ type: 'task-checked', taskId: 't', check_status: gone })
  t.pass()
})

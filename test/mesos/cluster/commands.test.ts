import test, { type ExecutionContext } from 'ava'
import type { TaskInfo, TaskStatus } from '../../../src/mesos/index.ts'
import { setup, stateful } from '../../../src/actors/index.ts'
import type { Checks } from '../../../src/mesos/agent/index.ts'
import { withOffer } from './beginnings.ts'
import {
  Cluster,
  commandOf,
  expect,
  launch,
  nextOffer,
  nextUpdate,
  type Framework,
} from './cluster.ts'

const seconds = (count: number): { readonly nanoseconds: number } => ({ nanoseconds: count * 1e9 })

async function run(
  command: string,
  more: Partial<TaskInfo> = {},
  info: Parameters<typeof withOffer>[0] = {},
): Promise<Awaited<ReturnType<typeof withOffer>>> {
  const beginning = await withOffer(info)
  launch(beginning.framework, beginning.offer, commandOf(beginning.offer, 'one', command, more))
  return beginning
}

async function nextStatus(framework: Framework): Promise<TaskStatus> {
  return (await expect(framework, 'UPDATE')).update.status
}

async function expectRunning(t: ExecutionContext, framework: Framework): Promise<void> {
  t.is(await nextUpdate(framework), 'one TASK_STARTING')
  t.is(await nextUpdate(framework), 'one TASK_RUNNING')
}

test('a task with a command starts, runs and finishes, and says where it ran', async (t) => {
  const { cluster, framework, offer, agent } = await run('true')
  await expectRunning(t, framework)
  const status = await nextStatus(framework)
  t.like(status, {
    state: 'TASK_FINISHED',
    message: 'Command exited with status 0',
    source: 'SOURCE_EXECUTOR',
    executor_id: { value: 'one' },
    agent_id: offer.agent_id,
  })
  t.is(status.reason, undefined)
  const { container_id, executor_pid, network_infos } = status.container_status ?? {}
  t.truthy(container_id?.value)
  t.true((executor_pid ?? 0) > 0)
  t.deepEqual(network_infos, [{ ip_addresses: [{ ip_address: '127.0.0.1' }] }])
  await cluster.world.advance(1000)
  t.deepEqual((await cluster.agentState(agent)).executors, [])
  const { agents, tasks } = await cluster.state()
  t.deepEqual([agents[0]?.executors, tasks], [[], []], 'the master knows of no executor')
})

test('a command that fails says with what', async (t) => {
  const { framework } = await run('exit 3')
  await expectRunning(t, framework)
  t.like(await nextStatus(framework), {
    state: 'TASK_FAILED',
    message: 'Command exited with status 3',
  })
})

test('a command is asked to end, and has ended', async (t) => {
  const { framework } = await run('sleep')
  await expectRunning(t, framework)
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.like(await nextStatus(framework), {
    state: 'TASK_KILLED',
    message: 'Command terminated with signal Terminated',
  })
})

test('a command that does not end in its grace is killed', async (t) => {
  const { cluster, framework } = await run('stubborn', {
    kill_policy: { grace_period: seconds(7) },
  })
  await expectRunning(t, framework)
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  await cluster.world.advance(6500)
  t.is(cluster.living('sh').length, 1)
  t.like(await nextStatus(framework), {
    state: 'TASK_KILLED',
    message: 'Command terminated with signal Killed',
  })
  t.deepEqual(cluster.living('sh'), [])
})

test('an order to kill may shorten the grace, also one that comes later', async (t) => {
  const { cluster, framework } = await run('stubborn')
  await expectRunning(t, framework)
  const kill = (count: number): void => {
    const kill_policy = { grace_period: seconds(count) }
    framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' }, kill_policy } })
  }
  kill(100)
  await cluster.world.advance(2000)
  kill(200)
  kill(5)
  await cluster.world.advance(2500)
  t.is(cluster.living('sh').length, 1)
  await cluster.world.advance(1000)
  t.deepEqual(cluster.living('sh'), [])
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
})

test('a framework that knows TASK_KILLING hears of it', async (t) => {
  const { framework } = await run(
    'stubborn',
    {},
    { capabilities: [{ type: 'TASK_KILLING_STATE' }] },
  )
  await expectRunning(t, framework)
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.is(await nextUpdate(framework), 'one TASK_KILLING')
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
})

test('a command that takes longer than it may is killed, and its task has failed', async (t) => {
  const { framework } = await run('stubborn', { max_completion_time: seconds(4) })
  await expectRunning(t, framework)
  t.is(await nextUpdate(framework), 'one TASK_FAILED REASON_MAX_COMPLETION_TIME_REACHED')
})

test('the executor of a command can be shut down like any other', async (t) => {
  const { cluster, framework, offer } = await run('stubborn')
  await expectRunning(t, framework)
  const { agent_id } = offer
  framework.driver.tell({ type: 'SHUTDOWN', shutdown: { executor_id: { value: 'one' }, agent_id } })
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
  await cluster.world.advance(1000)
  t.deepEqual(cluster.living('sh'), [])
})

test('a command that can not be started says why, and nothing before', async (t) => {
  const { framework } = await run('', { command: { shell: false, value: '/no/such' } })
  const status = await nextStatus(framework)
  t.like(status, {
    state: 'TASK_FAILED',
    reason: 'REASON_CONTAINER_LAUNCH_FAILED',
    source: 'SOURCE_AGENT',
    executor_id: { value: 'one' },
  })
  t.regex(status.message ?? '', /^Failed to launch container: .*no such program/)
})

test('commands end with their framework', async (t) => {
  const { cluster, framework } = await run('sleep')
  await expectRunning(t, framework)
  framework.driver.tell({ type: 'TEARDOWN' })
  await cluster.world.advance(1000)
  t.deepEqual(cluster.living('sh'), [])
})

test('a task with checks is checked while it runs, and what they find is told', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const checked: string[] = []
  const checks: Checks = (task, _container, owner) =>
    setup<never>(() => {
      const taskId = task.task_id.value
      checked.push(taskId)
      owner.tell({ type: 'task-health', taskId, healthy: true, kill: false })
      owner.tell({ type: 'task-health', taskId, healthy: false, kill: true })
      return stateful<undefined, never>(undefined, () => undefined)
    })
  await cluster.startAgent('agent-1', undefined, { checks })
  const framework = await cluster.startFramework('demo')
  const offer = await nextOffer(framework)
  const health_check = { type: 'COMMAND', command: { value: 'true' } } as const
  launch(framework, offer, commandOf(offer, 'one', 'sleep', { health_check }))
  await expectRunning(t, framework)
  const reason = 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED'
  t.like(await nextStatus(framework), { state: 'TASK_RUNNING', reason, healthy: true })
  t.like(await nextStatus(framework), { state: 'TASK_RUNNING', reason, healthy: false })
  t.like(await nextStatus(framework), { state: 'TASK_KILLED', healthy: false })
  t.deepEqual(checked, ['one'])
})

import test, { type ExecutionContext } from 'ava'
import type { ExecutorInfo, Offer, TaskInfo, TaskStatus } from '../../../src/mesos/index.ts'
import {
  Cluster,
  commandOf,
  expect,
  nextOffer,
  nextUpdate,
  taskOf,
  type Framework,
} from './cluster.ts'
import { launchGroup, pod, scalar } from './pods.ts'
import type { AgentNode } from './types.ts'

const RESOURCES = 'cpus:8;mem:2048;disk:1000'

interface Story {
  readonly cluster: Cluster
  readonly agent: AgentNode
  readonly framework: Framework
  readonly offer: Offer
}

async function begin(checkpoint = false): Promise<Story> {
  const cluster = new Cluster()
  await cluster.startMaster()
  const agent = await cluster.startAgent('agent-1', RESOURCES)
  const framework = await cluster.startFramework('demo', { checkpoint })
  return { cluster, agent, framework, offer: await nextOffer(framework) }
}

/** Launches commands by the ids of their tasks. */
function launch(story: Story, commands: Readonly<Record<string, string>>): void {
  const tasks = Object.entries(commands).map(([id, value]) => commandOf(story.offer, id, value))
  launchGroup(story, pod(story), tasks)
}

/** So many updates, sorted: those of different tasks may come in any order. */
async function updates({ framework }: Story, count: number): Promise<readonly string[]> {
  const seen: string[] = []
  for (let i = 0; i < count; i++) seen.push(await nextUpdate(framework))
  return seen.sort()
}

async function expectRunning(t: ExecutionContext, story: Story, ...ids: string[]): Promise<void> {
  t.deepEqual(
    await updates(story, 2 * ids.length),
    ids.flatMap((id) => [`${id} TASK_RUNNING`, `${id} TASK_STARTING`]).sort(),
  )
}

async function nextStatus({ framework }: Story): Promise<TaskStatus> {
  return (await expect(framework, 'UPDATE')).update.status
}

function kill({ framework }: Story, id: string): void {
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: id } } })
}

test('the tasks of a group run side by side, and their executor ends with the last of them', async (t) => {
  const story = await begin()
  const { cluster, agent, framework } = story
  launch(story, { one: 'sleep 1; exit 0', two: 'sleep 3; exit 0' })
  await expectRunning(t, story, 'one', 'two')
  const [executor] = (await cluster.agentState(agent)).executors
  t.is(executor?.executorId, 'pod')
  t.is(cluster.living('sh').length, 2)
  const status = await nextStatus(story)
  t.like(status, {
    task_id: { value: 'one' },
    state: 'TASK_FINISHED',
    message: 'Command exited with status 0',
    executor_id: { value: 'pod' },
  })
  t.deepEqual(status.container_status?.container_id?.parent, { value: executor?.containerId ?? '' })
  t.is(cluster.living('sh').length, 1, 'who has finished takes nobody along')
  t.is(await nextUpdate(framework), 'two TASK_FINISHED')
  const { failure } = await expect(framework, 'FAILURE')
  t.deepEqual([failure.executor_id, failure.status], [{ value: 'pod' }, 0])
  t.deepEqual((await cluster.agentState(agent)).executors, [])
  const { agents, tasks } = await cluster.state()
  t.deepEqual([agents[0]?.executors, tasks], [[], []])
})

test('when one of a group fails, the others are killed', async (t) => {
  const story = await begin()
  launch(story, { one: 'sleep 2; exit 1', two: 'sleep', three: 'stubborn' })
  await expectRunning(t, story, 'one', 'two', 'three')
  t.deepEqual(await updates(story, 3), ['one TASK_FAILED', 'three TASK_KILLED', 'two TASK_KILLED'])
})

test('when one of a group is killed, so are the others, and those of other groups live on', async (t) => {
  const story = await begin()
  const { cluster, agent, framework } = story
  launch(story, { one: 'sleep', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  const offer = await nextOffer(framework)
  launch({ ...story, offer }, { three: 'sleep' })
  await expectRunning(t, story, 'three')
  t.is((await cluster.agentState(agent)).executors.length, 1, 'one executor for both groups')
  kill(story, 'one')
  t.deepEqual(await updates(story, 2), ['one TASK_KILLED', 'two TASK_KILLED'])
  await cluster.world.advance(5000)
  t.is(cluster.living('sh').length, 1)
  kill(story, 'three')
  t.is(await nextUpdate(framework), 'three TASK_KILLED')
})

test('each task of a group has a sandbox of its own below that of the executor', async (t) => {
  const story = await begin()
  const { cluster, agent } = story
  launch(story, { one: 'sleep', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  const [executor] = (await cluster.agentState(agent)).executors
  const { disk } = cluster.environment('looker')
  const list = async (path: string): Promise<readonly string[]> => {
    const found = await cluster.world.until(disk.list(`${executor?.sandbox ?? ''}/${path}`))
    return found.map((one) => one.path.slice(one.path.lastIndexOf('/') + 1))
  }
  t.is((await list('containers')).length, 2)
  t.deepEqual(await list('tasks'), ['one', 'two'])
})

test('an executor that is shut down kills its groups', async (t) => {
  const story = await begin()
  const { framework, offer } = story
  launch(story, { one: 'sleep', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  const { agent_id } = offer
  framework.driver.tell({ type: 'SHUTDOWN', shutdown: { executor_id: { value: 'pod' }, agent_id } })
  t.deepEqual(await updates(story, 2), ['one TASK_KILLED', 'two TASK_KILLED'])
})

test('a command of a group that can not be started fails its task, and ends the group', async (t) => {
  const story = await begin()
  const { offer } = story
  const bad = commandOf(offer, 'one', '', { command: { shell: false, value: '/no/such' } })
  launchGroup(story, pod(story), [bad, commandOf(offer, 'two', 'sleep')])
  const seen = await updates(story, 5)
  t.deepEqual(
    seen.filter((one) => !/STARTING|RUNNING/.test(one)),
    ['one TASK_FAILED', 'two TASK_KILLED'],
  )
})

test('a group goes on when its agent is killed and started again', async (t) => {
  const story = await begin(true)
  const { cluster, agent, framework } = story
  launch(story, { one: 'sleep', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  await cluster.world.advance(500)
  const before = await cluster.agentState(agent)
  cluster.world.kill('agent-1')
  await cluster.world.advance(1000)
  t.is(cluster.living('sh').length, 2)
  const again = await cluster.startAgent('agent-1', RESOURCES)
  await cluster.world.advance(1000)
  t.deepEqual((await cluster.agentState(again)).executors, before.executors)
  kill({ ...story, framework }, 'one')
  t.deepEqual(await updates(story, 2), ['one TASK_KILLED', 'two TASK_KILLED'])
  await cluster.world.advance(1000)
  t.deepEqual((await cluster.agentState(again)).executors, [])
})

test('a group of which one failed while no agent was there is killed by the next one', async (t) => {
  const story = await begin(true)
  const { cluster } = story
  launch(story, { one: 'sleep 2; exit 1', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  cluster.world.kill('agent-1')
  await cluster.world.advance(4000)
  t.is(cluster.living('sh').length, 1)
  await cluster.startAgent('agent-1', RESOURCES)
  t.deepEqual(await updates(story, 2), ['one TASK_FAILED', 'two TASK_KILLED'])
})

test('a group of a framework without checkpoints ends with its agent', async (t) => {
  const story = await begin()
  launch(story, { one: 'stubborn', two: 'sleep' })
  await expectRunning(t, story, 'one', 'two')
  story.cluster.world.kill('agent-1')
  await story.cluster.world.advance(100)
  t.deepEqual(story.cluster.living('sh'), [])
})

test('an executor of a framework’s own is handed a group at once, and killed before it has one, the whole group is', async (t) => {
  const story = await begin()
  const { framework, offer } = story
  const own = pod(story, {
    type: 'CUSTOM',
    command: { shell: false, value: 'node', arguments: ['node', '/opt/executor.js'] },
  })
  launchGroup(
    story,
    own,
    ['one', 'two'].map((id) => taskOf(offer, id, 1, own)),
  )
  t.deepEqual(await updates(story, 2), ['one TASK_RUNNING', 'two TASK_RUNNING'])
  kill(story, 'one')
  t.is(await nextUpdate(framework), 'one TASK_KILLED', 'what that means for others is its own')
  const next = await nextOffer(framework)
  const silent = pod(story, {
    type: 'CUSTOM',
    executor_id: { value: 'silent' },
    command: { value: 'sleep' },
  })
  const tasks = ['three', 'four'].map((id) => taskOf(next, id, 1, silent))
  launchGroup({ ...story, offer: next }, silent, tasks)
  await story.cluster.world.advance(1000)
  kill(story, 'four')
  for (const id of ['three', 'four']) {
    t.like(await nextStatus(story), {
      task_id: { value: id },
      state: 'TASK_KILLED',
      reason: 'REASON_TASK_KILLED_DURING_LAUNCH',
      message: 'A task within the task group was killed before delivery to the executor',
    })
  }
})

test('a group is launched whole or not at all', async (t) => {
  const story = await begin()
  const { cluster, framework, offer } = story
  const good = commandOf(offer, 'one', 'sleep')
  const { framework_id: _, ...anonymous } = pod(story)
  const refusals: readonly (readonly [ExecutorInfo, readonly TaskInfo[], string | RegExp])[] = [
    [anonymous, [good], "'ExecutorInfo.framework_id' must be set"],
    [
      pod(story, { command: { value: 'x' } }),
      [good],
      "'ExecutorInfo.command' must not be set for 'DEFAULT' executor",
    ],
    [
      pod(story, { resources: [scalar('cpus', 0.1), scalar('mem', 16), scalar('disk', 1)] }),
      [good],
      "Executor 'pod' uses less memory (16MB) than the minimum required (32MB)",
    ],
    [
      pod(story, { resources: [scalar('mem', 32), scalar('disk', 1)] }),
      [good],
      "Executor 'pod' uses less CPUs (None) than the minimum required (0.01)",
    ],
    [
      pod(story, { resources: [scalar('cpus', 0.1), scalar('mem', 32)] }),
      [good],
      "Executor 'pod' uses no disk",
    ],
    [
      pod(story),
      [good, commandOf(offer, 'one', 'sleep')],
      "Task 'one' is invalid: Task has duplicate ID: one",
    ],
    [
      pod(story),
      [good, { ...commandOf(offer, 'two', 'sleep'), resources: [] }],
      "Task 'two' is invalid: Task uses no resources",
    ],
    [
      pod(story),
      [{ ...good, executor: pod(story, { name: 'other' }) }],
      "The `ExecutorInfo` of task 'one' is different from executor 'pod'",
    ],
    [
      pod(story),
      [good, { ...commandOf(offer, 'two', 'sleep'), resources: [scalar('cpus', 100)] }],
      /^Total resources .*cpus.*:101.1.* required by task group and its executor are more than available .*cpus.*:8/,
    ],
  ]
  let current = offer
  for (const [executor, tasks, why] of refusals) {
    launchGroup({ ...story, offer: current }, executor, tasks)
    for (const { task_id } of tasks) {
      const status = await nextStatus(story)
      t.like(status, { task_id, state: 'TASK_ERROR', reason: 'REASON_TASK_GROUP_INVALID' })
      if (typeof why === 'string') t.is(status.message, why)
      else t.regex(status.message ?? '', why)
    }
    current = await nextOffer(framework)
  }
  t.deepEqual((await cluster.state()).tasks, [])
})

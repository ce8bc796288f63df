import test from 'ava'
import { withOffer, withTask, type Beginning } from './beginnings.ts'
import { expect, finish, launch, nextOffer, nextUpdate, taskOf, type Cluster } from './cluster.ts'

const checkpoint = true
const FILE = '/var/troupe/agent-1/meta/slaves/latest/checkpoint'

/** A task `one` runs, and its framework has acknowledged that. */
async function running(): Promise<Beginning> {
  const beginning = await withTask({ checkpoint })
  await beginning.cluster.world.advance(500)
  return beginning
}

/** How many lines of the agent's checkpoint are records of this type. */
async function count(cluster: Cluster, type: string): Promise<number> {
  const bytes = await cluster.environment('looker').disk.readFile(FILE)
  return new TextDecoder().decode(bytes).split(`"type":"${type}"`).length - 1
}

test('an agent that is killed and started again finds its executor and its task, and keeps its id', async (t) => {
  const { cluster, framework, offer, agent } = await running()
  const before = await cluster.agentState(agent)
  cluster.world.kill('agent-1')
  await cluster.world.advance(1000)
  t.is(cluster.executors().length, 1, 'the executor waits for its agent')
  const again = await cluster.startAgent('agent-1')
  await cluster.world.advance(3000)
  const after = await cluster.agentState(again)
  t.is(after.id, before.id)
  t.deepEqual(after.executors, before.executors)
  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework), 'one TASK_FINISHED', 'nothing was lost between the two')
  t.is(await count(cluster, 'task'), 1)
})

test('statuses that no framework has acknowledged before their agent was killed are sent by the next one', async (t) => {
  const { cluster, framework, offer } = await withOffer(
    { failover_timeout: 100, checkpoint },
    { settings: { acknowledgements: 'explicit' } },
  )
  launch(framework, offer, taskOf(offer, 'one'))
  const first = await expect(framework, 'UPDATE')
  finish(framework, offer, 'one')
  await cluster.world.advance(500)
  for (const executor of cluster.executors()) cluster.world.kill(executor)
  cluster.world.kill('agent-1')
  const again = await cluster.startAgent('agent-1')
  const { update } = await expect(framework, 'UPDATE')
  t.deepEqual(update.status, first.update.status, 'in their order, with the same uuid')
  const { task_id, uuid = new Uint8Array() } = update.status
  const acknowledge = { agent_id: offer.agent_id, task_id, uuid }
  framework.driver.tell({ type: 'ACKNOWLEDGE', acknowledge })
  t.is(await nextUpdate(framework), 'one TASK_FINISHED')
  t.is((await cluster.agentState(again)).pendingUpdates, 1)
})

test('the tasks of an executor that ends while its agent is away have failed when the agent is back', async (t) => {
  const { cluster, framework } = await running()
  const [executor = ''] = cluster.executors()
  cluster.world.kill('agent-1')
  await cluster.world.advance(200)
  cluster.world.kill(executor, 'SIGKILL')
  await cluster.world.advance(200)
  await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_FAILED REASON_EXECUTOR_TERMINATED')
})

test('an executor that does not come back to its agent in time is ended', async (t) => {
  const { cluster, framework } = await running()
  const [executor = ''] = cluster.executors()
  cluster.world.kill('agent-1')
  cluster.world.kill(executor, 'SIGSTOP')
  await cluster.startAgent('agent-1')
  t.is(
    await nextUpdate(framework, 30_000),
    'one TASK_FAILED REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
  )
  t.deepEqual(cluster.executors(), [])
})

test('tasks of a framework without checkpoints are lost with their agent, which keeps its id', async (t) => {
  const { cluster, framework, agent } = await withTask()
  const { id } = await cluster.agentState(agent)
  cluster.world.kill('agent-1')
  const again = await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_LOST REASON_RECONCILIATION')
  t.is((await cluster.agentState(again)).id, id)
  await cluster.world.advance(10_000)
  t.deepEqual(cluster.executors(), [])
})

test('a task that is killed while its agent is away is killed when it is back', async (t) => {
  const { cluster, framework } = await running()
  cluster.world.kill('agent-1')
  await cluster.world.advance(200)
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  await cluster.world.advance(200)
  await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
})

test('an agent that was given up while it was away comes back under its id, without the tasks that were given up', async (t) => {
  const { cluster, framework, agent } = await running()
  const { id } = await cluster.agentState(agent)
  cluster.world.kill('agent-1')
  t.is(await nextUpdate(framework, 30_000), 'one TASK_LOST REASON_AGENT_REMOVED')
  const again = await cluster.startAgent('agent-1')
  await cluster.world.advance(10_000)
  t.is((await cluster.agentState(again)).id, id)
  const offer = await nextOffer(framework)
  launch(framework, offer, taskOf(offer, 'two'))
  t.is(await nextUpdate(framework), 'two TASK_RUNNING')
})

test('a work directory of an agent with other resources is refused', async (t) => {
  const { cluster } = await running()
  cluster.world.kill('agent-1')
  const error = await t.throwsAsync(cluster.startAgent('agent-1', 'cpus:2;mem:1024'), {
    code: 'TROUPE_MESOS_AGENT_INCOMPATIBLE',
  })
  t.regex(error?.message ?? '', /Incompatible agent info detected.*cpus:4.*cpus:2.*rm -f \/var/s)
  await t.notThrowsAsync(cluster.startAgent('agent-1'))
})

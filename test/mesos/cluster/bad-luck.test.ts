import test from 'ava'
import { withOffer, withTask } from './beginnings.ts'
import {
  Cluster,
  executorInfo,
  expect,
  finish,
  launch,
  nextOffer,
  nextUpdate,
  taskOf,
} from './cluster.ts'

test('a status that nobody acknowledges comes again, until somebody does', async (t) => {
  const { cluster, agent, framework, offer } = await withOffer(
    { failover_timeout: 100 },
    { settings: { acknowledgements: 'explicit' } },
  )
  launch(framework, offer, taskOf(offer, 'one'))
  const first = await expect(framework, 'UPDATE')
  finish(framework, offer, 'one')
  const again = await expect(framework, 'UPDATE', 20_000)
  t.deepEqual(again.update.status, first.update.status, 'the second status waits for the first')
  t.is((await cluster.agentState(agent)).pendingUpdates, 2)
  const acknowledge = (update: typeof first.update): void => {
    const { task_id, uuid = new Uint8Array() } = update.status
    framework.driver.tell({
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: offer.agent_id, task_id, uuid },
    })
  }
  acknowledge(first.update)
  const last = await expect(framework, 'UPDATE')
  t.is(last.update.status.state, 'TASK_FINISHED')
  acknowledge(last.update)
  await cluster.world.settle()
  t.is((await cluster.agentState(agent)).pendingUpdates, 0)
  t.deepEqual((await cluster.state()).tasks, [])
})

test('statuses of a task that ends while its framework is away wait for the framework', async (t) => {
  const { cluster, framework } = await withTask({ failover_timeout: 600 })
  cluster.world.kill('demo')
  await cluster.world.advance(10_000)
  cluster.world.kill(cluster.executors()[0] ?? '')
  await cluster.world.advance(5000)
  const again = await cluster.startFramework('again', {
    failover_timeout: 600,
    id: { value: framework.id },
  })
  t.is(await nextUpdate(again, 60_000), 'one TASK_FAILED REASON_EXECUTOR_TERMINATED')
})

test('a connection that breaks for a moment costs neither tasks nor statuses', async (t) => {
  const { cluster, framework, offer } = await withTask()
  cluster.world.network.reset('agent-1', 'master')
  cluster.world.network.reset('demo', 'master')
  await cluster.world.advance(8000)
  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework, 60_000), 'one TASK_FINISHED')
  t.is((await cluster.state()).agents.length, 1)
})

test('an agent that was cut off for too long is given up, and ends with its executors', async (t) => {
  const { cluster, framework } = await withTask()
  cluster.world.network.cut('agent-1', 'master')
  t.is(await nextUpdate(framework, 60_000), 'one TASK_LOST REASON_AGENT_REMOVED')
  cluster.world.network.heal()
  await cluster.world.advance(60_000)
  t.deepEqual(cluster.executors(), [])
  t.deepEqual((await cluster.state()).tasks, [])
})

test('an offer that was rescinded is no longer valid, and its task is told so', async (t) => {
  const { cluster, framework, offer } = await withOffer()
  cluster.world.kill('agent-1')
  await expect(framework, 'RESCIND', 30_000)
  launch(framework, offer, taskOf(offer, 'one'))
  t.is(await nextUpdate(framework), 'one TASK_LOST REASON_INVALID_OFFERS')
})

test('tasks launched while the master is away are told at once', async (t) => {
  const { cluster, framework, offer } = await withOffer()
  cluster.world.kill('master')
  await expect(framework, 'DISCONNECTED', 30_000)
  launch(framework, offer, taskOf(offer, 'one'))
  t.is(await nextUpdate(framework), 'one TASK_LOST REASON_INVALID_OFFERS')
})

test('two frameworks on two agents are offered one each', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const one = await cluster.startFramework('one')
  const two = await cluster.startFramework('two')
  await cluster.startAgent('agent-1')
  await cluster.startAgent('agent-2')
  const offers = [await nextOffer(one), await nextOffer(two)]
  t.is(new Set(offers.map((offer) => offer.hostname)).size, 2)
})

test('reserved resources go to the framework of their role, and count in its offer', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const spark = await cluster.startFramework('spark', { role: 'spark' })
  const other = await cluster.startFramework('other')
  await cluster.startAgent('agent-1', 'cpus:4;mem:2048;cpus(spark):8;mem(spark):4096')
  const cpusOf = async (framework: typeof spark): Promise<number> => {
    const offer = await nextOffer(framework)
    return offer.resources.reduce(
      (sum, one) => (one.name === 'cpus' && one.type === 'SCALAR' ? sum + one.scalar.value : sum),
      0,
    )
  }
  t.is(await cpusOf(spark), 8)
  t.is(await cpusOf(other), 4)
})

test('a cluster with a secret hands it to its executors', async (t) => {
  const { framework, offer } = await withOffer({}, { secret: 'open sesame' })
  launch(framework, offer, taskOf(offer, 'one'))
  t.is(await nextUpdate(framework), 'one TASK_RUNNING')
})

test('an agent that is told to shut down leaves at once, with its executors', async (t) => {
  const { cluster, agent, framework } = await withTask()
  agent.agent.tell({ type: 'shutdown' })
  t.is(await nextUpdate(framework), 'one TASK_LOST REASON_AGENT_REMOVED')
  await cluster.world.advance(100)
  t.deepEqual(cluster.executors(), [])
})

test('an executor that does not heed its shutdown is killed when its grace is over', async (t) => {
  const { cluster, framework, offer } = await withTask()
  cluster.world.kill(cluster.executors()[0] ?? '', 'SIGSTOP')
  framework.driver.tell({
    type: 'SHUTDOWN',
    shutdown: { executor_id: executorInfo.executor_id, agent_id: offer.agent_id },
  })
  await cluster.world.advance(4000)
  t.is(cluster.executors().length, 1)
  await cluster.world.advance(1500)
  t.deepEqual(cluster.executors(), [])
  t.is(await nextUpdate(framework), 'one TASK_KILLED REASON_EXECUTOR_TERMINATED')
})

test('after its allocator has failed, a master starts anew and everybody comes back', async (t) => {
  const { cluster, master, framework } = await withTask({ failover_timeout: 60 })
  const allocator = cluster.master?.system.find('/user/master/allocator')
  // A message that it can't understand: a framework that was never added.
  allocator?.tell({ type: 'offers-revived', frameworkId: 'nobody' } as never)
  await expect(framework, 'DISCONNECTED')
  await expect(framework, 'SUBSCRIBED')
  const rest = await nextOffer(framework)
  t.deepEqual(
    rest.resources.map((one) => (one.type === 'SCALAR' ? one.scalar.value : one.type)),
    [3, 960],
  )
  t.is((await cluster.state()).tasks.length, 1)
  t.truthy(master)
})

for (const type of ['LAUNCH', 'ACCEPT', 'OFFERS', 'UPDATE'] as const) {
  test(`when ${type} is lost on a broken connection, both sides set it right`, async (t) => {
    const cluster = new Cluster()
    await cluster.startMaster()
    await cluster.startAgent('agent-1')
    if (type === 'OFFERS') cluster.lose(type, 'demo')
    const framework = await cluster.startFramework('demo', { failover_timeout: 60 })
    const offer = await nextOffer(framework, 30_000)
    if (type !== 'OFFERS') cluster.lose(type, type === 'LAUNCH' ? 'agent' : 'master')
    launch(framework, offer, taskOf(offer, 'one'))
    const told = await nextUpdate(framework, 30_000)
    t.is(
      told,
      {
        LAUNCH: 'one TASK_LOST REASON_RECONCILIATION',
        ACCEPT: 'one TASK_LOST REASON_RECONCILIATION',
        OFFERS: 'one TASK_RUNNING',
        UPDATE: 'one TASK_RUNNING',
      }[type],
    )
    await cluster.world.advance(3000)
    const state = await cluster.state()
    t.is(state.tasks.length, told.includes('LOST') ? 0 : 1)
    t.is(state.offers.length, 1)
  })
}

test('a framework without failover time survives a connection that loses a message', async (t) => {
  const { cluster, framework } = await withTask()
  cluster.lose('SUPPRESS', 'master')
  framework.driver.tell({ type: 'SUPPRESS' })
  await expect(framework, 'DISCONNECTED')
  await expect(framework, 'SUBSCRIBED')
  await cluster.world.advance(10_000)
  t.deepEqual(
    (await cluster.state()).tasks.map((task) => task.state),
    ['TASK_RUNNING'],
  )
})

test('a suppressed framework is offered nothing until it revives', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const framework = await cluster.startFramework('demo')
  framework.driver.tell({ type: 'SUPPRESS' })
  await cluster.startAgent('agent-1')
  await cluster.world.advance(5000)
  t.deepEqual((await cluster.state()).offers, [])
  framework.driver.tell({ type: 'REVIVE' })
  t.is((await nextOffer(framework)).hostname, 'agent-1')
})

test('task groups and operations that are not supported are answered or noted, and the offer comes back', async (t) => {
  const { cluster, framework, offer } = await withOffer()
  framework.driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [
        { type: 'RESERVE', reserve: { resources: offer.resources } },
        {
          type: 'LAUNCH_GROUP',
          launch_group: { executor: executorInfo, task_group: { tasks: [taskOf(offer, 'one')] } },
        },
      ],
      filters: { refuse_seconds: 0 },
    },
  })
  t.is(await nextUpdate(framework), 'one TASK_ERROR REASON_TASK_GROUP_INVALID')
  t.deepEqual((await nextOffer(framework)).resources, offer.resources)
  t.true(cluster.world.logEntries.some((entry) => entry.message === 'operation-dropped'))
})

test('a task whose agent does not come to a new master is lost when the time of recovery is over', async (t) => {
  const { cluster, framework } = await withTask({ failover_timeout: 600 })
  cluster.world.kill('master')
  cluster.world.kill('agent-1')
  await expect(framework, 'DISCONNECTED', 30_000)
  await cluster.startMaster()
  await expect(framework, 'SUBSCRIBED', 30_000)
  await cluster.world.advance(20_000)
  t.false(framework.probe.messages.some((event) => event.type === 'UPDATE'))
  t.is(await nextUpdate(framework, 30_000), 'one TASK_LOST REASON_RECONCILIATION')
})

test('an agent heeds no master that is older than the one it has seen', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const agent = await cluster.startAgent('agent-1')
  t.true((await cluster.agentState(agent)).isRegistered)
  cluster.world.kill('master')
  await cluster.world.advance(20_000)
  await cluster.startMaster({ epoch: 1 })
  await cluster.world.advance(20_000)
  t.false((await cluster.agentState(agent)).isRegistered)
})

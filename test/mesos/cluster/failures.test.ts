import test from 'ava'
import { withTask } from './beginnings.ts'
import { EventLog, injectFaults } from '../../../src/actors/testkit/index.ts'
import { executorInfo, expect, finish, launch, nextOffer, nextUpdate, taskOf } from './cluster.ts'

test('when an executor is killed its task has failed, and what it held is offered again', async (t) => {
  const { cluster, framework } = await withTask()
  const rest = await nextOffer(framework)
  t.is(cluster.executors().length, 1)
  cluster.world.kill(cluster.executors()[0] ?? '')
  t.is(await nextUpdate(framework), 'one TASK_FAILED REASON_EXECUTOR_TERMINATED')
  const { failure } = await expect(framework, 'FAILURE')
  t.is(failure.status, 9)
  t.deepEqual(failure.executor_id, executorInfo.executor_id)
  framework.driver.tell({
    type: 'DECLINE',
    decline: { offer_ids: [rest.id], filters: { refuse_seconds: 0 } },
  })
  const whole = await nextOffer(framework)
  t.deepEqual(
    whole.resources.map((one) => (one.type === 'SCALAR' ? one.scalar.value : one.type)),
    [4, 1024],
  )
  launch(framework, whole, taskOf(whole, 'two'))
  t.is(await nextUpdate(framework), 'two TASK_RUNNING')
})

test('when an agent is killed its offers are rescinded and its tasks are lost', async (t) => {
  const { cluster, framework } = await withTask()
  const offer = await nextOffer(framework)
  cluster.world.kill('agent-1')
  const { rescind } = await expect(framework, 'RESCIND', 30_000)
  t.deepEqual(rescind.offer_id, offer.id)
  t.is(await nextUpdate(framework, 30_000), 'one TASK_LOST REASON_AGENT_REMOVED')
  const { failure } = await expect(framework, 'FAILURE')
  t.deepEqual(failure.agent_id, offer.agent_id)
  await cluster.world.advance(30_000)
  t.deepEqual(cluster.executors(), [], 'an executor without an agent ends itself')
  t.deepEqual((await cluster.state()).agents, [])
})

test('to a framework that knows partitions the tasks of a lost agent are unreachable', async (t) => {
  const { cluster, framework } = await withTask({ capabilities: [{ type: 'PARTITION_AWARE' }] })
  cluster.world.kill('agent-1')
  t.is(await nextUpdate(framework, 30_000), 'one TASK_UNREACHABLE REASON_AGENT_REMOVED')
})

test('an agent that hangs is noticed by its lease', async (t) => {
  const { cluster, framework } = await withTask()
  cluster.world.kill('agent-1', 'SIGSTOP')
  t.is(await nextUpdate(framework, 30_000), 'one TASK_LOST REASON_AGENT_REMOVED')
  cluster.world.kill('agent-1', 'SIGKILL')
})

test('an executor whose program is missing has failed to launch', async (t) => {
  const { cluster, framework } = await withTask()
  const offer = await nextOffer(framework)
  const executor = {
    executor_id: { value: 'missing' },
    command: { shell: false, value: 'node', arguments: ['node', '/opt/nothing.js'] },
  }
  launch(framework, offer, taskOf(offer, 'two', 1, executor))
  t.is(await nextUpdate(framework), 'two TASK_FAILED REASON_CONTAINER_LAUNCH_FAILED')
  t.is(cluster.executors().length, 1)
})

test('a framework that goes away takes its tasks with it when it has no failover time', async (t) => {
  const { cluster } = await withTask()
  cluster.world.kill('demo')
  await cluster.world.advance(30_000)
  t.deepEqual(cluster.executors(), [])
  const state = await cluster.state()
  t.deepEqual(state.frameworks, [])
  t.deepEqual(state.tasks, [])
})

test('a framework that comes back in its failover time finds its task running', async (t) => {
  const { cluster, framework, offer } = await withTask({ failover_timeout: 60 })
  cluster.world.kill('demo')
  await cluster.world.advance(20_000)
  t.is(cluster.executors().length, 1)
  const again = await cluster.startFramework('demo-again', {
    failover_timeout: 60,
    id: { value: framework.id },
  })
  t.is(again.id, framework.id)
  again.driver.tell({ type: 'RECONCILE', reconcile: { tasks: [] } })
  t.is(await nextUpdate(again), 'one TASK_RUNNING REASON_RECONCILIATION')
  finish(again, offer, 'one')
  t.is(await nextUpdate(again), 'one TASK_FINISHED')
})

test('a second scheduler with the id of a framework takes it over', async (t) => {
  const { cluster, framework } = await withTask({ failover_timeout: 60 })
  const other = await cluster.startFramework('other', { id: { value: framework.id } })
  const { error } = await expect(framework, 'ERROR')
  t.is(error.message, 'Framework failed over')
  const offer = await nextOffer(other)
  launch(other, offer, taskOf(offer, 'two'))
  t.is(await nextUpdate(other), 'two TASK_RUNNING')
})

test('teardown ends executors and tasks', async (t) => {
  const { cluster, framework } = await withTask({ failover_timeout: 60 })
  framework.driver.tell({ type: 'stop' })
  await cluster.world.advance(10_000)
  t.deepEqual(cluster.executors(), [])
  t.deepEqual((await cluster.state()).frameworks, [])
})

test('a task is killed by its executor', async (t) => {
  const { framework } = await withTask()
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
})

test('killing a task that nobody knows is answered', async (t) => {
  const { framework } = await withTask()
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'other' } } })
  t.is(await nextUpdate(framework), 'other TASK_LOST REASON_RECONCILIATION')
})

test('shutting an executor down ends its tasks', async (t) => {
  const { cluster, framework, offer } = await withTask()
  framework.driver.tell({
    type: 'SHUTDOWN',
    shutdown: { executor_id: executorInfo.executor_id, agent_id: offer.agent_id },
  })
  t.is(await nextUpdate(framework), 'one TASK_KILLED REASON_EXECUTOR_TERMINATED')
  t.deepEqual(cluster.executors(), [])
})

test('a master that is killed and started again is told what runs, and offers the rest', async (t) => {
  const { cluster, framework, offer } = await withTask({ failover_timeout: 60 })
  const { epoch } = await cluster.state()
  cluster.world.kill('master')
  await expect(framework, 'DISCONNECTED', 30_000)
  await cluster.startMaster()
  const { subscribed } = await expect(framework, 'SUBSCRIBED', 30_000)
  t.is(subscribed.framework_id.value, framework.id)
  const rest = await nextOffer(framework, 30_000)
  t.deepEqual(
    rest.resources.map((one) => (one.type === 'SCALAR' ? one.scalar.value : one.type)),
    [3, 960],
  )
  t.is(rest.agent_id.value, offer.agent_id.value)
  const state = await cluster.state()
  t.true(state.epoch > epoch)
  t.deepEqual(
    state.tasks.map((task) => `${task.id} ${task.state}`),
    ['one TASK_RUNNING'],
  )
  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework), 'one TASK_FINISHED')
})

test('a master that fails starts anew once, and all come back to it with their tasks', async (t) => {
  const { cluster, framework, offer } = await withTask({ failover_timeout: 600 })
  const { system } = cluster.master ?? t.fail('there is a master')
  const log = new EventLog(system.eventStream, ['ChildFailed'])
  await using chaos = injectFaults({ system, environment: system.environment }, [
    { type: 'fail', actor: '/user/master', nth: 1 },
  ])
  await cluster.world.advance(20_000)
  chaos.expectAllFired()
  t.is(log.all.length, 1)
  const { agents, tasks } = await cluster.state()
  t.deepEqual([agents.length, tasks.map(({ state }) => state)], [1, ['TASK_RUNNING']])
  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework, 60_000), 'one TASK_RUNNING REASON_RECONCILIATION')
  t.is(await nextUpdate(framework, 60_000), 'one TASK_FINISHED')
})

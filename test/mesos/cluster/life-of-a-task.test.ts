import test from 'ava'
import {} from './beginnings.ts'
import { Cluster, expect, finish, launch, nextOffer, nextUpdate, taskOf } from './cluster.ts'

test('a framework is offered an agent, launches a task on it, and follows it to its end', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1', 'cpus:4;mem:1024;ports:[31000-31005]')
  const framework = await cluster.startFramework('demo', {
    roles: ['*'],
    capabilities: [{ type: 'MULTI_ROLE' }],
  })

  const offer = await nextOffer(framework)
  t.is(offer.hostname, 'agent-1')
  t.deepEqual(offer.allocation_info, { role: '*' })
  launch(framework, offer, taskOf(offer, 'one', 3))
  t.is(await nextUpdate(framework), 'one TASK_RUNNING')
  t.is(cluster.executors().length, 1)

  const rest = await nextOffer(framework)
  t.deepEqual(
    rest.resources.map((one) => (one.type === 'SCALAR' ? one.scalar.value : one.type)),
    [1, 960, 'RANGES'],
  )
  t.deepEqual(rest.executor_ids, [{ value: 'executor' }])
  launch(framework, rest, taskOf(rest, 'two', 1))
  t.is(await nextUpdate(framework), 'two TASK_RUNNING')
  t.is(cluster.executors().length, 1)

  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework), 'one TASK_FINISHED')
  await cluster.world.settle()
  const state = await cluster.state()
  t.deepEqual(
    state.tasks.map((task) => `${task.id} ${task.state}`),
    ['two TASK_RUNNING'],
  )
  await expect(framework, 'OFFERS')
})

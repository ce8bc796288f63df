import test from 'ava'
import { protobufCodec, messageType } from '../../../src/mesos/http/wire/index.ts'
import { AgentRig } from './agent-rig.ts'

type Json = Readonly<Record<string, unknown>>
/** An empty list is left out of messages. */
const list = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[]

test("an agent's state shows its frameworks, executors and tasks, and where their sandboxes are", async (t) => {
  const rig = await AgentRig.start()
  await rig.launch('one')
  const state = await rig.get('/slave(1)/state')
  t.like(state, {
    version: '1.11.0',
    hostname: 'agent',
    resources: { cpus: 4, mem: 1024, disk: 0, gpus: 0 },
    unreserved_resources_allocated: { cpus: 1, mem: 64 },
    reserved_resources: {},
    attributes: {},
    resource_providers: [],
    completed_frameworks: [],
    flags: { work_dir: '/var/troupe/agent' },
  })
  t.deepEqual(list(state['unreserved_resources_full'])[0], {
    name: 'cpus',
    type: 'SCALAR',
    scalar: { value: 4 },
    role: '*',
  })
  const [framework] = list(state['frameworks'])
  t.like(framework, { name: 'demo', user: 'u', checkpoint: false, role: '*' })
  const [executor] = list(framework?.['executors'])
  t.like(executor, { id: 'executor', queued_tasks: [], completed_tasks: [] })
  const runs = `/var/troupe/agent/slaves/${String(state['id'])}/frameworks/${String(framework?.['id'])}/executors/executor/runs`
  t.is(executor?.['directory'], `${runs}/${String(executor?.['container'])}`)
  const [task] = list(executor?.['tasks'])
  t.like(task, { id: 'one', state: 'TASK_RUNNING', resources: { cpus: 1, mem: 64 } })
  t.deepEqual(
    list(task?.['statuses']).map(({ state: one }) => one),
    ['TASK_RUNNING'],
  )
  t.deepEqual(await rig.get('/state.json'), await rig.get('/state'))
})

test('what is over is remembered, by executor and by framework', async (t) => {
  const rig = await AgentRig.start()
  await rig.launch('one')
  await rig.launch('two')
  await rig.rig.until(rig.scheduler.call('KILL', { kill: { task_id: { value: 'one' } } }))
  await rig.rig.advance(1000)
  const shown = async (): Promise<readonly Json[]> => {
    const [framework] = list((await rig.get('/state'))['frameworks'])
    return list(framework?.['executors'])
  }
  const ids = (tasks: unknown): readonly unknown[] => list(tasks).map(({ id }) => id)
  t.deepEqual(
    (await shown()).map((one) => [ids(one['tasks']), ids(one['completed_tasks'])]),
    [[['two'], ['one']]],
  )
  const tasks = (await rig.call('GET_TASKS'))['get_tasks'] as Json
  t.deepEqual(
    list(tasks['terminated_tasks']).map(({ name }) => name),
    ['one'],
  )
  await rig.acknowledge()
  const later = (await rig.call('GET_TASKS'))['get_tasks'] as Json
  t.deepEqual(list(later['terminated_tasks']), [])
  t.deepEqual(
    list(later['completed_tasks']).map(({ name, state }) => [name, state]),
    [['one', 'TASK_KILLED']],
  )

  const [living] = rig.rig.cluster.executors()
  rig.rig.cluster.world.kill(living ?? '')
  await rig.rig.advance(1000)
  await rig.acknowledge()
  t.like(await rig.get('/metrics/snapshot'), {
    'slave/tasks_killed': 1,
    'slave/tasks_failed': 1,
    'slave/tasks_running': 0,
    'slave/executors_terminated': 1,
    'slave/container_launch_errors': 0,
    'slave/valid_status_updates': 3,
    'slave/mem_revocable_total': 0,
    'gc/path_removals_pending': 3,
    'gc/path_removals_failed': 0,
    'containerizer/fetcher/task_fetches_succeeded': 0,
    'containerizer/fetcher/cache_size_total_bytes': 2 ** 31,
  })
  const state = await rig.get('/state')
  t.deepEqual(state['frameworks'], [])
  const [past] = list(state['completed_frameworks'])
  const [executor] = list(past?.['completed_executors'])
  t.deepEqual(ids(executor?.['completed_tasks']), ['one', 'two'])
  t.deepEqual(executor?.['tasks'], [])
  const frameworks = (await rig.call('GET_FRAMEWORKS'))['get_frameworks'] as Json
  t.deepEqual(list(frameworks['frameworks']), [])
  t.is(list(frameworks['completed_frameworks']).length, 1)

  await rig.launch('three')
  const again = await rig.get('/state')
  t.deepEqual(again['completed_frameworks'], [])
  const [back] = list(again['frameworks'])
  t.is(list(back?.['completed_executors']).length, 1)
})

test("an agent's operator API answers in JSON and protobuf, and refuses as Mesos does", async (t) => {
  const rig = await AgentRig.start()
  await rig.launch('one')
  t.deepEqual(await rig.call('GET_HEALTH'), { type: 'GET_HEALTH', get_health: { healthy: true } })
  const agent = (await rig.call('GET_AGENT'))['get_agent'] as Json
  t.like(agent['agent_info'], { hostname: 'agent' })
  const executors = (await rig.call('GET_EXECUTORS'))['get_executors'] as Json
  t.is(list(executors['executors']).length, 1)
  t.deepEqual(list(executors['completed_executors']), [])
  const containers = (await rig.call('GET_CONTAINERS'))['get_containers'] as Json
  t.like(list(containers['containers'])[0], { executor_id: { value: 'executor' } })
  const { state } = { state: (await rig.call('GET_STATE'))['get_state'] as Json }
  t.deepEqual(Object.keys(state).sort(), ['get_executors', 'get_frameworks', 'get_tasks'])
  const metrics = (await rig.call('GET_METRICS', { get_metrics: {} }))['get_metrics'] as Json
  const found = list(metrics['metrics']).find(({ name }) => name === 'slave/tasks_running')
  t.is(found?.['value'], 1)

  const binary = protobufCodec.encode(messageType('agent.Call'), { type: 'GET_TASKS' })
  const media = 'application/x-protobuf'
  const answer = await rig.rig.until(
    rig.client.send('POST', '/api/v1', { 'content-type': media, accept: media }, binary),
  )
  const decoded = protobufCodec.decode(messageType('agent.Response'), answer.body)
  t.true(decoded.ok)
  const tasks = (decoded.ok ? decoded.value['get_tasks'] : {}) as Json
  t.is(list(tasks['launched_tasks']).length, 1)

  const refusals: readonly (readonly [Json, number, string])[] = [
    [{}, 400, "Failed to validate agent::Call: Expecting 'type' to be present"],
    [{ type: 'NOPE' }, 400, "Failed to validate agent::Call: Expecting 'type' to be present"],
    [{ type: 'UNKNOWN' }, 501, '501 Not Implemented.'],
    [
      { type: 'READ_FILE' },
      400,
      "Failed to validate agent::Call: Expecting 'read_file' to be present",
    ],
    [
      { type: 'LAUNCH_NESTED_CONTAINER' },
      400,
      "Failed to validate agent::Call: Expecting 'launch_nested_container' to be present",
    ],
    [
      { type: 'PRUNE_IMAGES' },
      501,
      '501 Not Implemented. PRUNE_IMAGES is not supported by this agent',
    ],
  ]
  for (const [call, status, text] of refusals) {
    const refused = await rig.post(call)
    t.deepEqual([refused.status, refused.text], [status, text])
  }
})

test('the other endpoints of an agent', async (t) => {
  const rig = await AgentRig.start()
  await rig.launch('one')
  const [container] = list(await rig.get('/containers'))
  t.like(container, { executor_id: 'executor', executor_name: '', source: '' })
  t.true(Array.isArray(await rig.get('/monitor/statistics')))
  t.true(Array.isArray(await rig.get('/slave(1)/monitor/statistics.json')))
  t.like(await rig.get('/metrics/snapshot'), {
    'slave/cpus_total': 4,
    'slave/cpus_used': 1,
    'system/cpus_total': 2,
  })
  t.like(await rig.get('/slave(1)/flags'), { flags: { work_dir: '/var/troupe/agent' } })
  t.like(await rig.get('/version'), { version: '1.11.0' })
  t.deepEqual(await rig.ask('/slave(1)/health'), [200, '', ''])
  t.deepEqual(await rig.ask('/redirect'), [404, 'text/plain; charset=utf-8', '404 Not Found.'])
})

import test from 'ava'
import { Client } from './client.ts'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const statusOf = (update: Json): Json => update['status'] as Json

test('an executor that speaks HTTP runs a task, and kills it', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const executor = {
    executor_id: { value: 'theirs' },
    command: { shell: false, value: 'node', arguments: ['node', '/opt/foreign.js'] },
  }
  const task = { ...foreignTask(offer, 'one'), executor }
  const operations = [{ type: 'LAUNCH', launch: { task_infos: [task] } }]
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(2000)
  const running = scheduler.all('UPDATE').map(statusOf)[0] ?? {}
  t.is(running['state'], 'TASK_RUNNING')
  t.is(running['source'], 'SOURCE_EXECUTOR')
  const { agent_id, task_id, uuid } = running
  await rig.until(scheduler.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } }))
  await rig.until(scheduler.call('KILL', { kill: { task_id } }))
  await rig.advance(2000)
  t.is(scheduler.all('UPDATE').map(statusOf).at(-1)?.['state'], 'TASK_KILLED')
  await rig.until(scheduler.call('TEARDOWN'))
  await rig.advance(10_000)
  t.deepEqual(rig.cluster.living('foreign'), [], 'it was told to shut down')
})

test('an executor that speaks HTTP hears every 30 minutes that its agent is there', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const executor = {
    executor_id: { value: 'theirs' },
    command: { shell: false, value: 'node', arguments: ['node', '/opt/foreign.js'] },
  }
  const task = { ...foreignTask(offer, 'one'), executor }
  const operations = [{ type: 'LAUNCH', launch: { task_infos: [task] } }]
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(29 * 60_000)
  t.deepEqual(scheduler.all('MESSAGE'), [])
  await rig.advance(2 * 60_000)
  t.deepEqual(
    scheduler.all('MESSAGE').map(({ data }) => data),
    ['aGVhcmQ='],
  )
})

test('an executor that speaks HTTP is handed a group at once', async (t) => {
  const rig = await HttpCluster.start()
  await rig.cluster.startAgent('agent', 'cpus:4;mem:1024;disk:100')
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const scalar = (name: string, value: number): Json => ({
    name,
    type: 'SCALAR',
    scalar: { value },
  })
  const executor = {
    type: 'CUSTOM',
    executor_id: { value: 'theirs' },
    framework_id: { value: scheduler.frameworkId },
    command: { shell: false, value: 'node', arguments: ['node', '/opt/foreign.js'] },
    resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 1)],
  }
  const tasks = ['one', 'two'].map((id) => ({ ...foreignTask(offer, id), executor: null }))
  const launch_group = { executor, task_group: { tasks } }
  const operations = [{ type: 'LAUNCH_GROUP', launch_group }]
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(2000)
  const states = scheduler
    .all('UPDATE')
    .map(statusOf)
    .map(({ task_id, state }) => `${String((task_id as Json)['value'])} ${String(state)}`)
  t.deepEqual(states.sort(), ['one TASK_RUNNING', 'two TASK_RUNNING'])
})

test('an executor of the house runs under an agent that it knows by HTTP only', async (t) => {
  const rig = await HttpCluster.start()
  // As an agent of Mesos, which has no such line.
  const executorEnvironment = { TROUPE_AGENT_LINE: '' }
  await rig.cluster.startAgent('agent', undefined, { executorEnvironment })
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const operations = ['one', 'two'].map((id) => ({
    type: 'LAUNCH',
    launch: { task_infos: [foreignTask(offer, id)] },
  }))
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(2000)
  const acknowledgeAll = async (): Promise<void> => {
    for (const { agent_id, task_id, uuid } of scheduler.all('UPDATE').map(statusOf)) {
      await rig.until(scheduler.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } }))
    }
  }
  const states = (): unknown =>
    scheduler
      .all('UPDATE')
      .map(statusOf)
      .map(({ task_id, state }) => `${String((task_id as Json)['value'])} ${String(state)}`)
      .sort()
  t.deepEqual(states(), ['one TASK_RUNNING', 'two TASK_RUNNING'])
  await acknowledgeAll()
  const data = Buffer.from('one').toString('base64')
  const message = { agent_id: offer['agent_id'], executor_id: { value: 'executor' }, data }
  await rig.until(scheduler.call('MESSAGE', { message }))
  await rig.until(scheduler.call('KILL', { kill: { task_id: { value: 'two' } } }))
  await rig.advance(2000)
  t.deepEqual(states(), [
    'one TASK_FINISHED',
    'one TASK_RUNNING',
    'two TASK_KILLED',
    'two TASK_RUNNING',
  ])
  await acknowledgeAll()
  await rig.until(scheduler.call('TEARDOWN'))
  await rig.advance(10_000)
  t.deepEqual(rig.cluster.living('executor'), [], 'it was told to shut down')
})

test('calls of executors are examined, and refused with a reason', async (t) => {
  const rig = await HttpCluster.start()
  const agent = await rig.cluster.startAgent('agent')
  const [, port] = /:(\d+)$/.exec(agent.httpAddress ?? '') ?? []
  const { http } = rig.cluster.environment('stranger')
  const client = new Client(http, { host: '127.0.0.1', port: Number(port) })
  const ids = { framework_id: { value: 'F' }, executor_id: { value: 'E' } }
  const status = { task_id: { value: 't' }, state: 'TASK_RUNNING', source: 'SOURCE_EXECUTOR' }
  const uuid = 'EjRWeJCrTe+BI0VniavN7w=='
  const unknown = 'Framework cannot be found'
  const cases: readonly (readonly [Json, number, string])[] = [
    [
      { type: 'SUBSCRIBE' },
      400,
      'Failed to convert JSON into Call protobuf: Missing required fields: executor_id, framework_id',
    ],
    [ids, 400, "Failed to validate Executor::Call: Expecting 'type' to be present"],
    [
      { ...ids, type: 'SUBSCRIBE' },
      400,
      "Failed to validate Executor::Call: Expecting 'subscribe' to be present",
    ],
    [
      { ...ids, type: 'UPDATE', update: { status } },
      400,
      "Failed to validate Executor::Call: Expecting 'uuid' to be present",
    ],
    [
      { ...ids, type: 'UPDATE', update: { status: { ...status, uuid: 'AQID' } } },
      400,
      'Failed to validate Executor::Call: Not a valid UUID',
    ],
    [
      { ...ids, type: 'UPDATE', update: { status: { ...status, uuid, source: 'SOURCE_AGENT' } } },
      400,
      "Failed to validate Executor::Call: Received Call from executor E of framework F with invalid source, expecting 'SOURCE_EXECUTOR'",
    ],
    [
      { ...ids, type: 'UPDATE', update: { status: { ...status, uuid, state: 'TASK_STAGING' } } },
      400,
      'Failed to validate Executor::Call: Received TASK_STAGING from executor E of framework F which is not allowed',
    ],
    [
      {
        ...ids,
        type: 'UPDATE',
        update: { status: { ...status, uuid, executor_id: { value: 'Z' } } },
      },
      400,
      'Failed to validate Executor::Call: ExecutorID in Call: E does not match ExecutorID in TaskStatus: Z',
    ],
    [{ ...ids, type: 'UPDATE', update: { status: { ...status, uuid } } }, 400, unknown],
    [{ ...ids, type: 'MESSAGE', message: { data: '' } }, 400, unknown],
    [{ ...ids, type: 'HEARTBEAT' }, 202, ''],
  ]
  for (const [call, expected, text] of cases) {
    const answer = await rig.until(client.post('/api/v1/executor', call))
    t.deepEqual([answer.status, answer.text], [expected, text], JSON.stringify(call))
  }
  t.is((await rig.until(client.send('GET', '/api/v1/executor'))).status, 405)
  t.is((await rig.until(client.send('GET', '/slave(1)/health'))).status, 200)
  t.is((await rig.until(client.send('GET', '/nowhere'))).status, 404)
})

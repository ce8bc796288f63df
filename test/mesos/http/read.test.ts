import test from 'ava'
import {
  jsonCodec,
  messageType,
  protobufCodec,
  type MessageType,
  type MessageValue,
} from '../../../src/mesos/http/wire/index.ts'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

/** A cluster with an agent, a framework, and a task that runs. */
async function busy(): Promise<{ readonly rig: HttpCluster; readonly frameworkId: string }> {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler({ name: 'busy' })
  const offer = await rig.offer(scheduler)
  const operations = [{ type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, 'one')] } }]
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(1000)
  return { rig, frameworkId: scheduler.frameworkId }
}

const toJson = (type: MessageType, value: MessageValue): string =>
  new TextDecoder().decode(jsonCodec.encode(type, value))

const first = (value: unknown): Json => (value as readonly Json[])[0] ?? {}

test('/state shows agents, frameworks, tasks and what they hold, with and without /master', async (t) => {
  const { rig, frameworkId } = await busy()
  for (const path of ['/state', '/master/state', '/master/state.json']) {
    const state = await rig.until(rig.client().get(path))
    t.is(state['version'], '1.11.0')
    t.is(state['activated_slaves'], 1)
    const agent = first(state['slaves'])
    t.is(agent['hostname'], 'agent')
    t.like(agent['resources'], { cpus: 4, mem: 1024 })
    t.like(agent['used_resources'], { cpus: 1, mem: 64 })
    const framework = first(state['frameworks'])
    t.like(framework, { id: frameworkId, name: 'busy', role: '*', active: true })
    t.like(first(framework['tasks']), { id: 'one', state: 'TASK_RUNNING', executor_id: 'executor' })
    t.like(first(framework['executors']), { executor_id: 'executor', framework_id: frameworkId })
  }
})

test('the other endpoints each show their part', async (t) => {
  const { rig, frameworkId } = await busy()
  const client = rig.client()
  const get = (target: string): Promise<Json> => rig.until(client.get(target))
  t.like(first((await get('/slaves'))['slaves']), { hostname: 'agent' })
  t.like(first((await get('/state-summary'))['slaves']), { TASK_RUNNING: 1 })
  t.like(first((await get(`/frameworks?framework_id=${frameworkId}`))['frameworks']), {
    name: 'busy',
  })
  t.deepEqual((await get('/frameworks?framework_id=x'))['frameworks'], [])
  t.like(first((await get('/tasks'))['tasks']), { id: 'one' })
  t.deepEqual((await get('/tasks?offset=1'))['tasks'], [])
  t.like(first((await get('/roles'))['roles']), { name: '*', frameworks: [frameworkId] })
  t.like(await get('/metrics/snapshot'), {
    'master/tasks_running': 1,
    'master/cpus_total': 4,
    'master/cpus_used': 1,
    'master/elected': 1,
  })
  t.like((await get('/flags'))['flags'], { line_address: '127.0.0.1:5050' })
  t.is((await get('/version'))['version'], '1.11.0')
  const health = await rig.until(client.send('GET', '/master/health'))
  t.deepEqual([health.status, health.text], [200, ''])
  const redirect = await rig.until(client.send('GET', '/redirect'))
  t.deepEqual([redirect.status, redirect.headers['location']], [307, '//127.0.0.1:8050'])
  const jsonp = await rig.until(client.send('GET', '/version?jsonp=show'))
  t.regex(jsonp.text, /^show\(\{.*\}\);$/)
})

test('the operator API answers in JSON and in protobuf', async (t) => {
  const { rig, frameworkId } = await busy()
  const client = rig.client()
  const ask = async (call: Json): Promise<Json> => {
    const { text } = await rig.until(client.post('/api/v1', call))
    return JSON.parse(text) as Json
  }
  t.deepEqual(await ask({ type: 'GET_HEALTH' }), {
    type: 'GET_HEALTH',
    get_health: { healthy: true },
  })
  const types = ['GET_STATE', 'GET_AGENTS', 'GET_FRAMEWORKS', 'GET_EXECUTORS', 'GET_TASKS']
  for (const type of [
    ...types,
    'GET_ROLES',
    'GET_VERSION',
    'GET_FLAGS',
    'GET_METRICS',
    'GET_MASTER',
  ]) {
    const call = { type, ...(type === 'GET_METRICS' && { get_metrics: {} }) }
    const asked = protobufCodec.encode(messageType('master.Call'), call)
    const media = 'application/x-protobuf'
    const headers = { 'content-type': media, accept: media }
    const answer = await rig.until(client.send('POST', '/api/v1', headers, asked))
    t.is(answer.headers['content-type'], media)
    const read = protobufCodec.decode(messageType('master.Response'), answer.body)
    const inJson = await rig.until(client.post('/api/v1', call))
    if (!read.ok) t.fail(read.problem)
    else if (type === 'GET_METRICS') t.is(read.value['type'], type)
    else t.is(toJson(messageType('master.Response'), read.value), inJson.text, type)
  }
  const tasks = (await ask({ type: 'GET_TASKS' }))['get_tasks'] as Json
  t.like(first(tasks['tasks']), { state: 'TASK_RUNNING', framework_id: { value: frameworkId } })
  const refused = await rig.until(
    client.post('/api/v1', { type: 'DRAIN_AGENT', drain_agent: { agent_id: { value: 'x' } } }),
  )
  t.is(refused.status, 501)
  t.regex(refused.text, /DRAIN_AGENT is not supported/)
  const none = await rig.until(client.post('/api/v1', {}))
  t.is(none.text, "Failed to validate master::Call: Expecting 'type' to be present")
})

test('an operator sets weights and quotas, and reads them', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const client = rig.client()
  const send = async (call: Json): Promise<readonly [number, string]> => {
    const { status, text } = await rig.until(client.post('/api/v1', call))
    return [status, text]
  }
  const weights = { weight_infos: [{ role: 'a', weight: 2 }] }
  t.deepEqual(await send({ type: 'UPDATE_WEIGHTS', update_weights: weights }), [200, ''])
  const body = '[{"role":"b","weight":2.5}]'
  t.is((await rig.until(client.send('PUT', '/master/weights', {}, body))).status, 200)
  const both = [
    { role: 'a', weight: 2 },
    { role: 'b', weight: 2.5 },
  ]
  t.deepEqual(await rig.until(client.get('/weights')), both as unknown as Json)
  t.is(
    (await send({ type: 'GET_WEIGHTS' }))[1],
    '{"type":"GET_WEIGHTS","get_weights":{"weight_infos":[{"weight":2.0,"role":"a"},{"weight":2.5,"role":"b"}]}}',
  )
  const none = { weight_infos: [{ role: 'a', weight: 0 }] }
  t.deepEqual(await send({ type: 'UPDATE_WEIGHTS', update_weights: none }), [
    400,
    "Failed to validate update weights request JSON for role 'a': Invalid weight '0': Weights must be positive",
  ])
  const wrong = await rig.until(client.send('PUT', '/weights', {}, 'xx'))
  t.is(
    wrong.text,
    "Failed to parse update weights request JSON 'xx': syntax error at line 1 near: xx",
  )
  const guarantees = { cpus: { value: 1 } }
  const limits = { cpus: { value: 2 } }
  const quota = { quota_configs: [{ role: 'a', guarantees, limits }] }
  t.deepEqual(await send({ type: 'UPDATE_QUOTA', update_quota: quota }), [200, ''])
  t.like(first((await rig.until(client.get('/quota')))['configs']), {
    role: 'a',
    guarantees,
    limits,
  })
  t.regex((await send({ type: 'GET_QUOTA' }))[1], /"limits":\{"cpus":\{"value":2.0\}\}/)
  const [a] = (await rig.until(client.get('/roles')))['roles'] as readonly Json[]
  t.like(a, { name: 'a', weight: 2, quota: { role: 'a', limit: { cpus: 2 } } })
  const huge = { quota_configs: [{ role: 'a', guarantees: { cpus: { value: 99 } } }] }
  t.is((await send({ type: 'UPDATE_QUOTA', update_quota: huge }))[0], 400)
})

test('an operator tears a framework down, by call or by form', async (t) => {
  const { rig, frameworkId } = await busy()
  const client = rig.client()
  const teardown = { framework_id: { value: 'nobody' } }
  const unknown = await rig.until(client.post('/api/v1', { type: 'TEARDOWN', teardown }))
  t.deepEqual([unknown.status, unknown.text], [400, 'No framework found with specified ID'])
  const form = await rig.until(
    client.send('POST', '/master/teardown', {}, `frameworkId=${frameworkId}`),
  )
  t.is(form.status, 200)
  t.deepEqual((await rig.cluster.state()).frameworks, [])
  t.is((await rig.until(client.send('POST', '/master/teardown'))).status, 400)
})

test('what is over or out of reach is shown: tasks with their statuses, and frameworks', async (t) => {
  const { rig, frameworkId } = await busy()
  const client = rig.client()
  const get = (target: string): Promise<Json> => rig.until(client.get(target))
  const ask = async (type: string): Promise<Json> => {
    const { text } = await rig.until(client.post('/api/v1', { type }))
    return (JSON.parse(text) as Json)[type.toLowerCase()] as Json
  }
  const running = first((await get('/tasks'))['tasks'])
  t.like(first(running['statuses']), { state: 'TASK_RUNNING' })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = `frameworkId=${frameworkId}`
  const answer = await rig.until(client.send('POST', '/teardown', form, body))
  t.is(answer.status, 200)
  await rig.advance(100)
  const over = { id: 'one', state: 'TASK_KILLED', framework_id: frameworkId }
  t.like(first((await get('/tasks'))['tasks']), over)
  const state = await get('/state')
  t.deepEqual(state['frameworks'], [])
  const framework = first(state['completed_frameworks'])
  t.like(framework, { id: frameworkId, active: false, tasks: [] })
  t.true((framework['unregistered_time'] as number) > 0)
  t.like(first(framework['completed_tasks']), over)
  t.like(first((await get('/frameworks'))['completed_frameworks']), { id: frameworkId })
  t.like(first((await ask('GET_TASKS'))['completed_tasks']), { status_update_state: 'TASK_KILLED' })
  t.like(first((await ask('GET_FRAMEWORKS'))['completed_frameworks']), { active: false })
  t.like(await get('/metrics/snapshot'), { 'master/tasks_running': 0, 'master/tasks_killed': 1 })
})

test('weights that were set are shown, those of 1 as well', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  const weights = [
    { role: 'a', weight: 1 },
    { role: 'b', weight: 2 },
  ]
  const body = JSON.stringify(weights)
  t.is((await rig.until(client.send('PUT', '/weights', {}, body))).status, 200)
  t.deepEqual(await rig.until(client.get('/weights')), weights as unknown as Json)
})

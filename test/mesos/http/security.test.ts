import test from 'ava'
import { parseAcls, parseCredentials, parseRateLimits } from '../../../src/mesos/index.ts'
import { Scheduler } from './client.ts'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>

const credentials = parseCredentials('ops pw\nfw secret\nother o')
const everywhere = { credentials, readonly: true, readwrite: true, frameworks: true }
const as = (principal: string, secret: string): Headers => ({
  authorization: `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}`,
})
const OPS = as('ops', 'pw')
const FW = as('fw', 'secret')
const OTHER = as('other', 'o')

async function subscribed(rig: HttpCluster, headers: Headers, info: Json): Promise<Scheduler> {
  const scheduler = new Scheduler(rig.client('foreign', headers))
  await rig.until(scheduler.subscribe({ failover_timeout: 100, ...info }))
  await rig.advance(200)
  return scheduler
}

test('whoever does not prove who it is hears of which realm it must', async (t) => {
  const rig = await HttpCluster.start([], { security: everywhere })
  for (const [path, realm] of [
    ['/state', 'readonly'],
    ['/master/flags', 'readonly'],
    ['/metrics/snapshot', 'readonly'],
    ['/maintenance/status', 'readonly'],
    ['/weights', 'readwrite'],
    ['/quota/x', 'readwrite'],
    ['/reserve', 'readwrite'],
    ['/teardown', 'readwrite'],
    ['/api/v1', 'readwrite'],
    ['/api/v1/scheduler', 'scheduler'],
  ] as const) {
    const answer = await rig.until(rig.client().send('GET', path))
    const asked = answer.headers['www-authenticate']
    t.deepEqual(
      [answer.status, asked, answer.text],
      [401, `Basic realm="mesos-master-${realm}"`, '401 Unauthorized.'],
      path,
    )
  }
  for (const path of ['/health', '/redirect', '/version']) {
    t.not((await rig.until(rig.client().send('GET', path))).status, 401, path)
  }
  for (const headers of [
    as('ops', 'no'),
    as('nobody', 'pw'),
    { authorization: 'Bearer x' },
    { authorization: 'Basic ???' },
    { authorization: OPS['authorization']?.replace('Basic', 'basic') ?? '' },
  ]) {
    t.is((await rig.until(rig.client().send('GET', '/flags', headers))).status, 401)
  }
  t.is((await rig.until(rig.client().send('GET', '/flags', OPS))).status, 200)
})

test('a framework is of the principal that it proves', async (t) => {
  const rig = await HttpCluster.start([], { security: everywhere })
  const call = (principal: string): Json => ({
    type: 'SUBSCRIBE',
    subscribe: { framework_info: { user: 'u', name: 'f', principal } },
  })
  const refused = await rig.until(rig.client().post('/api/v1/scheduler', call('other'), FW))
  const why = "Authenticated principal 'fw' does not match principal 'other' set in `FrameworkInfo`"
  t.deepEqual([refused.status, refused.text], [400, `Failed to validate scheduler::Call: ${why}`])
  const scheduler = await subscribed(rig, FW, {})
  const { text } = await rig.until(rig.client().send('GET', '/frameworks', OPS))
  const { frameworks } = JSON.parse(text) as { readonly frameworks: readonly Json[] }
  t.is(frameworks[0]?.['principal'], 'fw')
  const revive = { type: 'REVIVE', framework_id: { value: scheduler.frameworkId } }
  const headers = { 'mesos-stream-id': scheduler.streamId }
  const stolen = await rig.until(
    rig.client().post('/api/v1/scheduler', revive, { ...headers, ...OTHER }),
  )
  const other = why.replace("'fw'", "'OTHER'").replace("'other'", "'fw'").replace('OTHER', 'other')
  t.deepEqual([stolen.status, stolen.text], [400, other])
  const own = await rig.until(rig.client().post('/api/v1/scheduler', revive, { ...headers, ...FW }))
  t.is(own.status, 202)
})

const acls = parseAcls(
  JSON.stringify({
    permissive: false,
    register_frameworks: [{ principals: { values: ['fw'] }, roles: { values: ['r', '*'] } }],
    run_tasks: [{ principals: { values: ['fw'] }, users: { values: ['nobody'] } }],
    reserve_resources: [{ principals: { values: ['fw', 'ops'] }, roles: { values: ['r'] } }],
    get_quotas: [{ principals: { values: ['ops'] }, roles: { values: ['r'] } }],
    view_roles: [{ principals: { values: ['ops'] }, roles: { values: ['r'] } }],
    view_frameworks: [{ principals: { values: ['ops'] }, users: { type: 'ANY' } }],
    get_endpoints: [{ principals: { values: ['ops'] }, paths: { values: ['/metrics/snapshot'] } }],
  }),
)

test('what a principal may not do is forbidden, what it may not see is not there', async (t) => {
  const rig = await HttpCluster.start(['a'], { security: everywhere, acls })
  await rig.advance(1000)
  const get = (path: string, headers: Headers) => rig.until(rig.client().send('GET', path, headers))
  const call = (type: string, body: Json, headers: Headers) =>
    rig.until(rig.client().post('/api/v1', { type, [type.toLowerCase()]: body }, headers))
  for (const answer of [
    await get('/flags', OPS),
    await get('/metrics/snapshot', FW),
    await call('GET_FLAGS', {}, OPS),
    await call('UPDATE_WEIGHTS', { weight_infos: [{ role: 'r', weight: 2 }] }, OPS),
    await call('UPDATE_QUOTA', { quota_configs: [{ role: 'r' }] }, OPS),
    await call('MARK_AGENT_GONE', { agent_id: { value: 'x' } }, OPS),
  ]) {
    t.deepEqual([answer.status, answer.text], [403, '403 Forbidden.'])
  }
  t.is((await get('/metrics/snapshot', OPS)).status, 200)
  const scheduler = await subscribed(rig, FW, { principal: 'fw' })
  const json = async (path: string, headers: Headers): Promise<Json> =>
    JSON.parse((await get(path, headers)).text) as Json
  t.is(((await json('/frameworks', OPS))['frameworks'] as readonly Json[]).length, 1)
  t.deepEqual((await json('/frameworks', FW))['frameworks'], [])
  t.deepEqual((await json('/roles', OPS))['roles'], [])
  const state = await json('/state', OPS)
  t.false('flags' in state)
  const down = await call('TEARDOWN', { framework_id: { value: scheduler.frameworkId } }, OPS)
  t.deepEqual([down.status, down.text], [403, '403 Forbidden.'])
})

test('frameworks are refused in the words of Mesos', async (t) => {
  const rig = await HttpCluster.start(['a'], { security: everywhere, acls })
  await rig.advance(1000)
  const capabilities = [{ type: 'MULTI_ROLE' }]
  const refused = await subscribed(rig, FW, { roles: ['r', 'z'], capabilities })
  t.deepEqual(refused.all('ERROR'), [
    { message: 'Not authorized to register framework  with roles { r, z }' },
  ])
  const scheduler = await subscribed(rig, FW, { roles: ['r'], capabilities })
  const offer = await rig.offer(scheduler)
  const cpus = (role: string): Json => ({
    name: 'cpus',
    type: 'SCALAR',
    scalar: { value: 1 },
    allocation_info: { role: 'r' },
    reservations: [{ type: 'DYNAMIC', role, principal: 'fw' }],
  })
  const operations = [
    { type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, 'one')] } },
    {
      type: 'LAUNCH_GROUP',
      launch_group: {
        executor: { executor_id: { value: 'group' }, type: 'DEFAULT' },
        task_group: { tasks: [{ ...foreignTask(offer, 'two'), executor: null }] },
      },
    },
    { type: 'RESERVE', id: { value: 'a' }, reserve: { resources: [cpus('r')] } },
    { type: 'UNRESERVE', id: { value: 'b' }, unreserve: { resources: [cpus('r')] } },
  ]
  const accept = { offer_ids: [offer['id']], operations }
  t.is((await rig.until(scheduler.call('ACCEPT', { accept }))).status, 202)
  await rig.advance(1000)
  const [update, ofGroup] = scheduler.all('UPDATE')
  t.is((ofGroup?.['status'] as Json)['reason'], 'REASON_TASK_GROUP_UNAUTHORIZED')
  const { reason, message } = update?.['status'] as Json
  t.is(reason, 'REASON_TASK_UNAUTHORIZED')
  t.is(
    message,
    `Principal 'fw' no authorized to launch task one of framework ${scheduler.frameworkId} under user 'u'`,
  )
  const statuses = scheduler.all('UPDATE_OPERATION_STATUS').map(({ status }) => status as Json)
  const unreserve = statuses.find(({ operation_id }) => (operation_id as Json)['value'] === 'b')
  t.is(unreserve?.['state'], 'OPERATION_ERROR')
  const said =
    'Principal \'fw\' no authorized to perform action UNRESERVE_RESOURCES on object {"value":"fw","resource":{"name":"cpus",'
  t.is(String(unreserve?.['message']).slice(0, said.length), said)
})

test('operators reserve for whom they may, in their own name', async (t) => {
  const rig = await HttpCluster.start(['a'], { security: everywhere, acls })
  await rig.advance(1000)
  const { slaves } = JSON.parse(
    (await rig.until(rig.client().send('GET', '/slaves', OPS))).text,
  ) as { readonly slaves: readonly Json[] }
  const agent = String(slaves[0]?.['id'])
  const reserve = (headers: Headers, role: string, principal?: string) => {
    const reservation = { type: 'DYNAMIC', role, ...(principal !== undefined && { principal }) }
    const resource = {
      name: 'cpus',
      type: 'SCALAR',
      scalar: { value: 1 },
      reservations: [reservation],
    }
    const form = new URLSearchParams({ slaveId: agent, resources: JSON.stringify([resource]) })
    return rig.until(rig.client().send('POST', '/reserve', headers, form.toString()))
  }
  const where = /^Invalid RESERVE operation on agent .*: A reserve operation was attempted by /
  const wrong = await reserve(OPS, 'r', 'fw')
  t.is(wrong.status, 400)
  t.regex(wrong.text, where)
  t.regex(
    wrong.text,
    /authenticated principal 'ops', which does not match a reserved resource in the request with principal 'fw'$/,
  )
  const absent = await reserve(OPS, 'r')
  t.regex(
    absent.text,
    /principal 'ops', but there is a reserved resource in the request with no principal set$/,
  )
  const forbidden = await reserve(OPS, 'z', 'ops')
  t.deepEqual([forbidden.status, forbidden.text], [403, '403 Forbidden.'])
  t.is((await reserve(OTHER, 'r', 'other')).status, 403)
  t.is((await reserve(OPS, 'r', 'ops')).status, 202)
})

test('calls of a framework are taken at the rate of its principal, and too many end it', async (t) => {
  const rateLimits = parseRateLimits('{"limits":[{"principal":"p","qps":1,"capacity":2}]}')
  const rig = await HttpCluster.start(['a'], { rateLimits })
  const scheduler = await rig.scheduler({ principal: 'p', failover_timeout: 100 })
  const ask = (): Promise<unknown> =>
    rig.until(scheduler.call('RECONCILE', { reconcile: { tasks: [{ task_id: { value: 'x' } }] } }))
  const heard = (): number => scheduler.all('UPDATE').length
  await rig.advance(31_000)
  for (let n = 0; n < 3; n++) await ask()
  await rig.advance(100)
  t.is(heard(), 1)
  await rig.advance(1000)
  t.is(heard(), 2)
  await rig.advance(1000)
  t.is(heard(), 3)
  for (let n = 0; n < 4; n++) await ask()
  await rig.advance(100)
  t.deepEqual(scheduler.all('ERROR'), [
    { message: 'Message RECONCILE dropped: capacity(2) exceeded' },
  ])
  t.true(scheduler.isOver)
})

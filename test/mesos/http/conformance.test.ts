import test from 'ava'
import { HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const invalid = (name: string): string =>
  `Failed to validate master::Call: Expecting '${name}' to be present`
const cpus = (value: number, more: Json = {}): Json => ({
  name: 'cpus',
  type: 'SCALAR',
  scalar: { value },
  ...more,
})

/** Calls of the operator API, and what the master of Mesos 1.11.0 answered when it was asked the same. */
const CALLS: readonly (readonly [call: unknown, status: number, text: string])[] = [
  ...[
    'SET_LOGGING_LEVEL',
    'LIST_FILES',
    'READ_FILE',
    'UPDATE_WEIGHTS',
    'RESERVE_RESOURCES',
    'UNRESERVE_RESOURCES',
    'CREATE_VOLUMES',
    'DESTROY_VOLUMES',
    'GROW_VOLUME',
    'SHRINK_VOLUME',
    'UPDATE_MAINTENANCE_SCHEDULE',
    'START_MAINTENANCE',
    'STOP_MAINTENANCE',
    'DRAIN_AGENT',
    'DEACTIVATE_AGENT',
    'REACTIVATE_AGENT',
    'UPDATE_QUOTA',
    'SET_QUOTA',
    'REMOVE_QUOTA',
    'TEARDOWN',
    'MARK_AGENT_GONE',
    'GET_METRICS',
  ].map((type) => [{ type }, 400, invalid(type.toLowerCase())] as const),
  [{ type: 'UNKNOWN' }, 501, '501 Not Implemented.'],
  [{ type: 'NONE' }, 400, invalid('type')],
  [{}, 400, invalid('type')],
  [
    { type: 'SET_LOGGING_LEVEL', set_logging_level: { level: 1 } },
    400,
    'Failed to convert JSON into Call protobuf: Missing required fields: set_logging_level.duration',
  ],
  [
    { type: 'GET_LOGGING_LEVEL' },
    200,
    '{"type":"GET_LOGGING_LEVEL","get_logging_level":{"level":0}}',
  ],
  [
    { type: 'SET_LOGGING_LEVEL', set_logging_level: { level: 3, duration: { nanoseconds: 1e12 } } },
    200,
    '',
  ],
  [
    { type: 'GET_LOGGING_LEVEL' },
    200,
    '{"type":"GET_LOGGING_LEVEL","get_logging_level":{"level":3}}',
  ],
  [{ type: 'LIST_FILES', list_files: { path: '/nothing' } }, 404, ''],
  [{ type: 'READ_FILE', read_file: { path: '/nothing', offset: 0 } }, 404, ''],
  [
    { type: 'TEARDOWN', teardown: { framework_id: { value: 'x' } } },
    400,
    'No framework found with specified ID',
  ],
  [
    { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: 'x' } } },
    404,
    "Agent 'x' not found",
  ],
  [
    { type: 'SET_QUOTA', set_quota: { quota_request: { role: 'x' } } },
    400,
    "Failed to validate set quota request: QuotaInfo with empty 'guarantee'",
  ],
  [
    { type: 'SET_QUOTA', set_quota: { quota_request: { role: 'x', guarantee: [cpus(1)] } } },
    200,
    '',
  ],
  [
    { type: 'GET_QUOTA' },
    200,
    '{"type":"GET_QUOTA","get_quota":{"status":{"infos":[{"role":"x","guarantee":[{"name":"cpus","type":"SCALAR","scalar":{"value":1.0}}]}],"configs":[{"role":"x","guarantees":{"cpus":{"value":1.0}},"limits":{"cpus":{"value":1.0}}}]}}}',
  ],
  [
    { type: 'SET_QUOTA', set_quota: { quota_request: { role: 'x', guarantee: [cpus(1)] } } },
    400,
    "Failed to validate set quota request: Cannot set quota for role 'x' which already has quota",
  ],
  [{ type: 'REMOVE_QUOTA', remove_quota: { role: 'x' } }, 200, ''],
  [{ type: 'GET_OPERATIONS' }, 200, '{"type":"GET_OPERATIONS","get_operations":{}}'],
  [
    { type: 'GET_MAINTENANCE_STATUS' },
    200,
    '{"type":"GET_MAINTENANCE_STATUS","get_maintenance_status":{"status":{}}}',
  ],
  [
    { type: 'GET_MAINTENANCE_SCHEDULE' },
    200,
    '{"type":"GET_MAINTENANCE_SCHEDULE","get_maintenance_schedule":{"schedule":{}}}',
  ],
  [{ type: 'GET_HEALTH' }, 200, '{"type":"GET_HEALTH","get_health":{"healthy":true}}'],
]

test('operator calls, in order or not, are answered as Mesos answers them', async (t) => {
  const rig = await HttpCluster.start(['a'])
  await rig.advance(2000)
  for (const [call, status, text] of CALLS) {
    const answer = await rig.until(rig.client().post('/api/v1', call))
    t.deepEqual([answer.status, answer.text], [status, text], JSON.stringify(call))
  }
})

/** Asked of both: the real master dies of this one. */
test('the quota of a role that has none can not be removed', async (t) => {
  const rig = await HttpCluster.start()
  const call = { type: 'REMOVE_QUOTA', remove_quota: { role: 'none' } }
  const answer = await rig.until(rig.client().post('/api/v1', call))
  const text = "Failed to remove quota: Role 'none' has no quota set"
  t.deepEqual([answer.status, answer.text], [400, text])
})

test('calls that this master does not carry out are not implemented', async (t) => {
  const rig = await HttpCluster.start()
  const id = { agent_id: { value: 'x' } }
  for (const [type, body] of [
    ['UPDATE_MAINTENANCE_SCHEDULE', { schedule: {} }],
    ['START_MAINTENANCE', { machines: [] }],
    ['STOP_MAINTENANCE', { machines: [] }],
    ['DRAIN_AGENT', id],
    ['DEACTIVATE_AGENT', id],
    ['REACTIVATE_AGENT', id],
  ] as const) {
    const call = { type, [type.toLowerCase()]: body }
    const { status, text } = await rig.until(rig.client().post('/api/v1', call))
    const why = `501 Not Implemented. ${type} is not supported by this master`
    t.deepEqual([status, text], [501, why])
  }
})

const QUOTA = 'Failed to validate set quota request: '

/** Forms sent to `/quota`, in this order, and what Mesos answered. */
const QUOTAS: readonly (readonly [method: string, path: string, body: string, number, string])[] = [
  [
    'POST',
    '/quota',
    '',
    400,
    "Failed to parse set quota request JSON '': syntax error at line 1 near: ",
  ],
  [
    'POST',
    '/quota',
    '[]',
    400,
    "Failed to parse set quota request JSON '[]': Unexpected JSON type parsed",
  ],
  [
    'POST',
    '/quota',
    '{}',
    400,
    `${QUOTA}QuotaInfo with invalid role: Role names cannot be the empty string`,
  ],
  [
    'POST',
    '/quota',
    '{"role":"*","guarantee":[]}',
    400,
    `${QUOTA}QuotaInfo with empty 'guarantee'`,
  ],
  [
    'POST',
    '/quota',
    quota('-w', cpus(1)),
    400,
    `${QUOTA}QuotaInfo with invalid role: Role component '-w' is invalid because it starts with a dash`,
  ],
  [
    'POST',
    '/quota',
    quota('w', cpus(1), cpus(1)),
    400,
    `${QUOTA}QuotaInfo contains duplicate resource name 'cpus'`,
  ],
  [
    'POST',
    '/quota',
    quota('w', cpus(1, { role: 'r' })),
    400,
    `${QUOTA}QuotaInfo must not contain any ReservationInfo`,
  ],
  [
    'POST',
    '/quota',
    quota('w', { name: 'ports', type: 'RANGES', ranges: { range: [] } }),
    400,
    `${QUOTA}QuotaInfo must not include non-scalar resources`,
  ],
  [
    'POST',
    '/quota',
    quota('w', { name: 'cpus', type: 'SCALAR', set: { item: ['a'] } }),
    400,
    `${QUOTA}QuotaInfo with invalid resource: Resource 'cpus:0' is invalid: Invalid scalar resource`,
  ],
  ['POST', '/quota', quota('x', cpus(1)), 200, ''],
  [
    'POST',
    '/master/quota',
    quota('x', cpus(1)),
    400,
    `${QUOTA}Cannot set quota for role 'x' which already has quota`,
  ],
  [
    'POST',
    '/quota',
    quota('y', cpus(100)),
    409,
    "Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total quota guarantees 'cpus:101' exceed cluster capacity 'cpus:4; mem:1024'",
  ],
  [
    'POST',
    '/quota',
    '{"role":"y","guarantee":[{"name":"cpus","type":"SCALAR","scalar":{"value":100}}],"force":true}',
    200,
    '',
  ],
  [
    'DELETE',
    '/quota',
    '',
    400,
    "Failed to parse remove quota request for path '/master/quota': expected 3 tokens, found 2 tokens",
  ],
  ['DELETE', '/quota/x', '', 200, ''],
  [
    'DELETE',
    '/quota/x',
    '',
    400,
    "Failed to remove quota for path '/master/quota/x': Role 'x' has no quota set",
  ],
  [
    'DELETE',
    '/master/quota/a/b',
    '',
    400,
    "Failed to remove quota for path '/master/quota/a/b': Role 'a/b' has no quota set",
  ],
  [
    'PUT',
    '/quota',
    '',
    405,
    "405 Method Not Allowed. Expecting one of { 'GET', 'POST', 'DELETE' }, but received 'PUT'.",
  ],
]

function quota(role: string, ...guarantee: readonly Json[]): string {
  return JSON.stringify({ role, guarantee })
}

test('the old forms of quota are set and taken away as in Mesos', async (t) => {
  const rig = await HttpCluster.start(['a'])
  await rig.advance(2000)
  for (const [method, path, body, status, text] of QUOTAS) {
    const answer = await rig.until(rig.client().send(method, path, {}, body))
    t.deepEqual([answer.status, answer.text], [status, text], `${method} ${path} ${body}`)
  }
})

const PROTOBUF = { 'content-type': 'application/x-protobuf' }

test('bodies and media types that are none are refused in both APIs', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  const json = (type: string, accept?: string): Record<string, string> => ({
    'content-type': type,
    ...(accept !== undefined && { accept }),
  })
  const health = '{"type":"GET_HEALTH"}'
  const media = "Expecting 'Content-Type' of application/json or application/x-protobuf"
  const accepted = "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'"
  const bytes = new Uint8Array([0xff, 0xff, 0xff])
  const nothing = new Uint8Array(0)
  for (const [path, headers, body, status, text] of [
    ['/api/v1', {}, '', 400, "Expecting 'Content-Type' to be present"],
    ['/api/v1', json('application/json; charset=utf-8'), health, 415, media],
    ['/api/v1', json('Application/JSON'), health, 415, media],
    ['/api/v1', json('application/recordio'), health, 415, media],
    ['/api/v1/scheduler', json('application/recordio'), health, 415, media],
    ['/api/v1', PROTOBUF, bytes, 400, 'Failed to parse body into Call protobuf'],
    ['/api/v1/scheduler', PROTOBUF, bytes, 400, 'Failed to parse body into Call protobuf'],
    ['/api/v1', PROTOBUF, nothing, 400, invalid('type')],
    ['/api/v1', json('application/json', 'application/recordio'), health, 406, accepted],
    ['/api/v1', json('application/json', 'text/html'), health, 406, accepted],
    // What is wrong with a call comes before what its answer could be written in.
    ['/api/v1', json('application/json', 'text/html'), '{}', 400, invalid('type')],
  ] as const) {
    const answer = await rig.until(client.send('POST', path, headers, body))
    t.deepEqual([answer.status, answer.text], [status, text], `${path} ${JSON.stringify(headers)}`)
  }
})

test('endpoints that are read take any method, the others say which they take', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  for (const path of ['/state', '/health', '/flags', '/roles', '/slaves', '/metrics/snapshot']) {
    for (const method of ['GET', 'OPTIONS', 'POST', 'PUT', 'DELETE']) {
      t.is((await rig.until(client.send(method, path))).status, 200, `${method} ${path}`)
    }
  }
  for (const [method, path, allowed] of [
    ['GET', '/api/v1', 'POST'],
    ['OPTIONS', '/api/v1/scheduler', 'POST'],
    ['DELETE', '/weights', 'GET, PUT'],
    ['GET', '/teardown', 'POST'],
    ['PUT', '/reserve', 'POST'],
    ['GET', '/create-volumes', 'POST'],
    ['PUT', '/maintenance/schedule', 'GET, POST'],
    ['POST', '/maintenance/status', 'GET'],
    ['GET', '/machine/down', 'POST'],
  ] as const) {
    const answer = await rig.until(client.send(method, path))
    const list = allowed.replace(/\w+/g, "'$&'")
    const text = `405 Method Not Allowed. Expecting one of { ${list} }, but received '${method}'.`
    t.deepEqual([answer.status, answer.headers['allow'], answer.text], [405, allowed, text])
  }
})

test('no maintenance is scheduled, and none can be', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  for (const path of ['/maintenance/schedule', '/master/maintenance/status']) {
    t.deepEqual(await rig.until(client.get(path)), {})
  }
  for (const path of ['/maintenance/schedule', '/machine/down', '/machine/up']) {
    const { status, text } = await rig.until(client.send('POST', path, {}, '{}'))
    t.deepEqual(
      [status, text],
      [501, `501 Not Implemented. ${path} is not supported by this master`],
    )
  }
})

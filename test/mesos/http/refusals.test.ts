import test from 'ava'
import { foreignTask, HttpCluster } from './rig.ts'

const SCHEDULER = '/api/v1/scheduler'
/** What became of an operation. */
interface Said {
  readonly operation_id: { readonly value: string }
  readonly state: string
  readonly message: string
}

const framework_info = { user: 'u', name: 'f' }

test('a call that is none is refused as Mesos refuses it', async (t) => {
  const rig = await HttpCluster.start()
  const cases: readonly (readonly [unknown, string])[] = [
    ['garbage', 'Failed to parse body into JSON: syntax error at line 1 near: garbage'],
    ['', 'Failed to parse body into JSON: syntax error at line 1 near: '],
    ['{"type":\n nothing}', 'Failed to parse body into JSON: syntax error at line 2 near: othing}'],
    ['[]', 'Failed to convert JSON into Call protobuf: Expecting a JSON object'],
    [{}, "Failed to validate scheduler::Call: Expecting 'type' to be present"],
    [{ type: 'NONE' }, "Failed to validate scheduler::Call: Expecting 'type' to be present"],
    [
      { type: 'SUBSCRIBE' },
      "Failed to validate scheduler::Call: Expecting 'subscribe' to be present",
    ],
    [
      { type: 'SUBSCRIBE', subscribe: {} },
      'Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info',
    ],
    [
      { type: 'SUBSCRIBE', subscribe: { framework_info: { name: 'f' } } },
      'Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info.user',
    ],
    [
      { type: 'SUBSCRIBE', framework_id: { value: 'x' }, subscribe: { framework_info } },
      "Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'",
    ],
    [
      { type: 'TEARDOWN' },
      "Failed to validate scheduler::Call: Expecting 'framework_id' to be present",
    ],
    [
      { type: 'DECLINE', framework_id: { value: 'x' } },
      "Failed to validate scheduler::Call: Expecting 'decline' to be present",
    ],
    ['{"type":tru}', 'Failed to parse body into JSON: syntax error at line 1 near: }'],
    ['[1,2', 'Failed to parse body into JSON: syntax error at line 1 near: '],
    [
      { type: 'ACCEPT', accept: { offer_ids: {} } },
      'Failed to convert JSON into Call protobuf: Missing required fields: accept.offer_ids[0].value',
    ],
    [{ type: 'TEARDOWN', framework_id: { value: 'x' } }, 'Framework cannot be found'],
  ]
  for (const [call, text] of cases) {
    const answer = await rig.post(call)
    t.deepEqual([answer.status, answer.text], [400, text], JSON.stringify(call))
  }
})

test('only POST, of JSON or protobuf, by who takes either, is a call', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  const send = (method: string, headers: Readonly<Record<string, string>>, body = '{}') =>
    rig.until(client.send(method, SCHEDULER, headers, body))
  const get = await send('GET', {})
  const text = "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'."
  t.deepEqual([get.status, get.text], [405, text])
  t.is((await send('POST', {})).text, "Expecting 'Content-Type' to be present")
  const xml = await send('POST', { 'content-type': 'application/xml' })
  t.is(xml.status, 415)
  t.is(xml.text, "Expecting 'Content-Type' of application/json or application/x-protobuf")
  const call = JSON.stringify({ type: 'SUBSCRIBE', subscribe: { framework_info } })
  const json = { 'content-type': 'application/json' }
  const html = await send('POST', { ...json, accept: 'text/html' }, call)
  t.is(html.status, 406)
  t.is(html.text, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'")
  const named = await send('POST', { ...json, 'mesos-stream-id': 'x' }, call)
  t.is(named.status, 400)
  t.is(named.text, "Subscribe calls should not include the 'Mesos-Stream-Id' header")
  t.is((await rig.until(client.send('GET', '/nowhere'))).status, 404)
})

test('an address may have slashes too many, and types of any case', async (t) => {
  const rig = await HttpCluster.start()
  const client = rig.client()
  const json = { 'content-type': 'application/json', accept: 'Application/JSON; q=0.5' }
  for (const path of ['/api/v1/', '//api/v1', '/master//api/v1/', '/api/v1?x=/#y']) {
    const health = client.send('POST', path, json, '{"type":"GET_HEALTH"}')
    const { status, text } = await rig.until(health)
    t.deepEqual([status, text], [200, '{"type":"GET_HEALTH","get_health":{"healthy":true}}'], path)
  }
})

test('a call needs the id of the stream that is open now', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler()
  const id = scheduler.frameworkId
  const without = await rig.until(scheduler.call('REVIVE', {}, { 'mesos-stream-id': undefined }))
  t.is(without.status, 400)
  t.is(without.text, "All non-subscribe calls should include the 'Mesos-Stream-Id' header")
  const wrong = await rig.until(scheduler.call('REVIVE', {}, { 'mesos-stream-id': 'bad' }))
  t.is(wrong.status, 400)
  t.is(
    wrong.text,
    `The stream ID 'bad' included in this request didn't match the stream ID currently associated with framework ID ${id}`,
  )
  const right = await rig.until(scheduler.call('REVIVE'))
  t.deepEqual([right.status, right.text], [202, ''])
})

test('calls for a framework that is away, or on the other line, are forbidden', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler({ failover_timeout: 100 })
  scheduler.leave()
  await rig.advance(500)
  const away = await rig.until(scheduler.call('REVIVE'))
  t.deepEqual([away.status, away.text], [403, 'Framework is not subscribed'])
  const inside = await rig.cluster.startFramework('inside')
  const call = { type: 'REVIVE', framework_id: { value: inside.id } }
  const other = await rig.post(call)
  t.deepEqual([other.status, other.text], [403, 'Framework is not connected via HTTP'])
})

test('operations that are none are answered one by one, and the others are carried out', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const raw = { name: 'disk', type: 'SCALAR', scalar: { value: 10 } }
  const odd = [
    {},
    { type: 'NOPE', id: { value: 'nope' } },
    { type: 'LAUNCH' },
    { type: 'LAUNCH_GROUP' },
    { type: 'RESERVE', id: { value: 'reserve' } },
    { type: 'UNRESERVE', id: { value: 'unreserve' } },
    { type: 'GROW_VOLUME', id: { value: 'grow' } },
    { type: 'DESTROY_DISK' },
    {
      type: 'CREATE_DISK',
      id: { value: 'disk' },
      create_disk: { source: raw, target_type: 'MOUNT' },
    },
  ]
  const launch = { type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, 'one')] } }
  const accept = { offer_ids: [offer['id']], operations: [...odd, launch] }
  const answer = await rig.until(scheduler.call('ACCEPT', { accept }))
  t.deepEqual([answer.status, answer.text], [202, ''])
  await rig.advance(2000)
  const said = scheduler.all('UPDATE_OPERATION_STATUS').map(({ status }) => status as Said)
  t.deepEqual(
    said.map(({ operation_id, state, message }) => [operation_id.value, state, message]),
    [
      [
        'reserve',
        'OPERATION_ERROR',
        'Operation attempted with invalid resources: A RESERVE offer operation must have the Offer.Operation.reserve field set.',
      ],
      [
        'unreserve',
        'OPERATION_ERROR',
        'Operation attempted with invalid resources: An UNRESERVE offer operation must have the Offer.Operation.unreserve field set.',
      ],
      [
        'grow',
        'OPERATION_ERROR',
        'Operation attempted with invalid resources: A GROW_VOLUME operation must have the Offer.Operation.grow_volume field set',
      ],
      ['disk', 'OPERATION_ERROR', said[3]?.message ?? ''],
    ],
  )
  t.regex(
    said[3]?.message ?? '',
    /^'source' is not managed by a resource provider; on agent \S+ at slave\(1\)@\S+ \(.+\)$/,
  )
  const [first] = scheduler.all('UPDATE')
  t.is((first?.['status'] as { readonly state: string }).state, 'TASK_RUNNING')
  const late = await rig.until(scheduler.call('ACCEPT', { accept }))
  t.is(late.status, 202)
  await rig.advance(500)
  t.is(
    (scheduler.all('UPDATE_OPERATION_STATUS').at(-1)?.['status'] as Said).message,
    `Operation attempted with invalid offers: Offer ${String((offer['id'] as { readonly value: string }).value)} is no longer valid`,
  )
})

test('what a master does not know of a framework does not hinder it; what lacks something is refused', async (t) => {
  const rig = await HttpCluster.start()
  const capabilities = [{ type: 'NOT_YET_KNOWN' }, {}, { type: 'MULTI_ROLE' }]
  const scheduler = await rig.scheduler({ capabilities, roles: ['r'] })
  t.is(scheduler.types[0], 'SUBSCRIBED')
  const { frameworkId } = scheduler
  const empty = { r: { min_allocatable_resources: { quantities: [{}] } } }
  const changed = { user: 'u', name: 'f', id: { value: frameworkId }, capabilities, roles: ['r'] }
  const update = (offer_filters: unknown) =>
    rig.until(
      scheduler.call('UPDATE_FRAMEWORK', {
        update_framework: { framework_info: { ...changed, offer_filters } },
      }),
    )
  const refused = await update(empty)
  t.deepEqual(
    [refused.status, refused.text],
    [
      400,
      'Supplied FrameworkInfo is not valid: Resource quantities must contain at least one quantity',
    ],
  )
  t.is((await update({ r: {} })).status, 200)
  const second = await rig.scheduler({ offer_filters: empty }, undefined, 'second')
  t.deepEqual(second.all('ERROR'), [
    { message: 'Resource quantities must contain at least one quantity' },
  ])
})

test('a request for resources is taken, and changes nothing', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler()
  t.is((await rig.until(scheduler.call('REQUEST', { request: { requests: [] } }))).status, 202)
})

import test from 'ava'
import { formatResources, fromWire } from '../../../src/mesos/index.ts'
import { HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const reserved = (name: string, value: number): Json => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  reservations: [{ type: 'DYNAMIC', role: 'r' }],
})
const volume = (id: string, value: number): Json => ({
  ...reserved('disk', value),
  disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
})

interface Operator {
  readonly rig: HttpCluster
  readonly agent_id: Json
  /** Calls the operator API: status and text. */
  readonly call: (type: string, body: Json | undefined) => Promise<readonly [number, string]>
  /** Sends a form to an endpoint: status and text. */
  readonly form: (path: string, body: string) => Promise<readonly [number, string]>
  readonly total: () => Promise<string>
}

async function begin(): Promise<Operator> {
  const rig = await HttpCluster.start()
  await rig.cluster.startAgent('agent-1', 'cpus:4;mem:1024;disk:100')
  const [agent] = (await rig.cluster.state()).agents
  const agent_id = { value: agent?.id ?? '' }
  const client = rig.client()
  return {
    rig,
    agent_id,
    async call(type, body) {
      const call = { type, ...(body !== undefined && { [type.toLowerCase()]: body }) }
      const { status, text } = await rig.until(client.post('/api/v1', call))
      return [status, text]
    },
    async form(path, body) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const { status, text } = await rig.until(client.send('POST', path, headers, body))
      return [status, text]
    },
    async total() {
      const [one] = (await rig.cluster.state()).agents
      return formatResources(fromWire(one?.total ?? []))
    },
  }
}

test('an operator reserves, makes a volume, resizes it, and gives all of it back', async (t) => {
  const { agent_id, call, total } = await begin()
  const resources = [reserved('cpus', 1), reserved('disk', 50)]
  t.deepEqual(await call('RESERVE_RESOURCES', { agent_id, resources }), [202, ''])
  t.is(await total(), 'cpus:3;mem:1024;disk:50;cpus(r):1;disk(r):50')
  const made = { agent_id, volumes: [volume('v', 10)] }
  t.deepEqual(await call('CREATE_VOLUMES', made), [202, ''])
  const grow = { agent_id, volume: volume('v', 10), addition: reserved('disk', 40) }
  t.deepEqual(await call('GROW_VOLUME', grow), [202, ''])
  t.is(await total(), 'cpus:3;mem:1024;disk:50;cpus(r):1;disk(r)[v:data]:50')
  const shrink = { agent_id, volume: volume('v', 50), subtract: { value: 30 } }
  t.deepEqual(await call('SHRINK_VOLUME', shrink), [202, ''])
  t.deepEqual(await call('DESTROY_VOLUMES', { agent_id, volumes: [volume('v', 20)] }), [202, ''])
  t.deepEqual(await call('UNRESERVE_RESOURCES', { agent_id, resources }), [202, ''])
  t.is(await total(), 'cpus:4;mem:1024;disk:100')
})

test('what is refused is refused as Mesos does', async (t) => {
  const { agent_id, call, total } = await begin()
  const where = `on agent ${String(agent_id['value'])} at slave(1)@127.0.0.1:`
  t.deepEqual(await call('RESERVE_RESOURCES', undefined), [
    400,
    "Failed to validate master::Call: Expecting 'reserve_resources' to be present",
  ])
  t.deepEqual(
    await call('RESERVE_RESOURCES', {
      agent_id: { value: 'zz' },
      resources: [reserved('cpus', 1)],
    }),
    [400, 'No agent found with specified ID'],
  )
  const malformed = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'a//b' }
  t.deepEqual(await call('RESERVE_RESOURCES', { agent_id, resources: [malformed] }), [
    400,
    "Failed to validate master::Call: Resource 'cpus:1' is invalid: Role 'a//b' cannot contain two adjacent slashes",
  ])
  const plain = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }
  const [status, text] = await call('RESERVE_RESOURCES', { agent_id, resources: [plain] })
  t.is(status, 400)
  t.true(text.startsWith(`Invalid RESERVE operation ${where}`), text)
  t.true(text.endsWith('(agent-1): Resource cpus:1 is not dynamically reserved'), text)
  t.deepEqual(await call('RESERVE_RESOURCES', { agent_id, resources: [reserved('cpus', 5)] }), [
    409,
    'cpus:4; mem:1024; disk:100 does not contain cpus:5',
  ])
  t.deepEqual(await call('DESTROY_VOLUMES', { agent_id, volumes: [volume('v', 5)] }), [
    400,
    'Invalid DESTROY operation: Persistent volumes not found',
  ])
  t.is(await total(), 'cpus:4;mem:1024;disk:100')
})

test('the endpoints take forms', async (t) => {
  const { agent_id, form, total } = await begin()
  const id = String(agent_id['value'])
  const list = (...resources: readonly Json[]): string =>
    encodeURIComponent(JSON.stringify(resources))
  const resources = list(reserved('disk', 50))
  t.deepEqual(await form('/master/reserve', `slaveId=${id}&resources=${resources}`), [202, ''])
  const volumes = list(volume('v', 50))
  t.deepEqual(await form('/master/create-volumes', `slaveId=${id}&volumes=${volumes}`), [202, ''])
  t.is(await total(), 'cpus:4;mem:1024;disk:50;disk(r)[v:data]:50')
  t.deepEqual(await form('/destroy-volumes', `slaveId=${id}&volumes=${volumes}`), [202, ''])
  t.deepEqual(await form('/unreserve', `slaveId=${id}&resources=${resources}`), [202, ''])
  t.is(await total(), 'cpus:4;mem:1024;disk:100')

  t.deepEqual(await form('/reserve', 'resources=[]'), [
    400,
    "Missing 'slaveId' query parameter in the request body",
  ])
  t.deepEqual(await form('/reserve', `slaveId=${id}`), [
    400,
    "Missing 'resources' query parameter in the request body",
  ])
  t.deepEqual(await form('/reserve', `slaveId=${id}&resources=7`), [
    400,
    "Error parsing 'resources' query parameter in the request body: Unexpected JSON type parsed",
  ])
  t.deepEqual(await form('/reserve', 'slaveId=zz&resources=[]'), [
    400,
    'No agent found with specified ID',
  ])
})

test('what stands in the way of an operator is rescinded, and comes back as what is left', async (t) => {
  const { rig, agent_id, call, total } = await begin()
  const scheduler = await rig.scheduler()
  await rig.offer(scheduler)
  const resources = [reserved('cpus', 1)]
  t.deepEqual(await call('RESERVE_RESOURCES', { agent_id, resources }), [202, ''])
  t.is(await total(), 'cpus:3;mem:1024;disk:100;cpus(r):1')
  await rig.advance(100)
  t.is(scheduler.all('RESCIND').length, 1)
  const offer = await rig.offer(scheduler)
  const cpus = (offer['resources'] as readonly Json[]).filter((one) => one['name'] === 'cpus')
  t.deepEqual(
    cpus.map((one) => one['scalar']),
    [{ value: 3 }],
  )
})

test('a foreign framework hears what became of its operations', async (t) => {
  const { rig, total } = await begin()
  const scheduler = await rig.scheduler({ role: 'r' })
  const offer = await rig.offer(scheduler)
  const operations = [
    { type: 'RESERVE', id: { value: 'one' }, reserve: { resources: [reserved('cpus', 1)] } },
    { type: 'RESERVE', id: { value: 'two' }, reserve: { resources: [reserved('cpus', 9)] } },
  ]
  const answer = await rig.until(
    scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations, filters: null } }),
  )
  t.is(answer.status, 202, answer.text)
  await rig.advance(100)
  const statuses = scheduler.all('UPDATE_OPERATION_STATUS').map((event) => {
    const { operation_id, state } = event['status'] as Json
    return [(operation_id as Json)['value'], state]
  })
  t.deepEqual(statuses, [
    ['two', 'OPERATION_ERROR'],
    ['one', 'OPERATION_FINISHED'],
  ])
  t.is(await total(), 'cpus:3;mem:1024;disk:100;cpus(r):1')
})

test('what became of an operation is said until it is acknowledged', async (t) => {
  const { rig } = await begin()
  const scheduler = await rig.scheduler({ role: 'r' })
  const offer = await rig.offer(scheduler)
  const { agent_id } = offer
  const reserve = { resources: [reserved('cpus', 1)] }
  const operations = [{ type: 'RESERVE', id: { value: 'one' }, reserve }]
  await rig.until(
    scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations, filters: null } }),
  )
  await rig.advance(100)
  const said = (): readonly Json[] =>
    scheduler.all('UPDATE_OPERATION_STATUS').map(({ status }) => status as Json)
  const [first] = said()
  const uuid = (first?.['uuid'] as { readonly value: string }).value
  t.like(first, { operation_id: { value: 'one' }, state: 'OPERATION_FINISHED', agent_id })
  const all = async (): Promise<readonly Json[]> => {
    const answer = await rig.until(rig.client().post('/api/v1', { type: 'GET_OPERATIONS' }))
    const body = JSON.parse(answer.text) as Record<
      string,
      { readonly operations?: readonly Json[] }
    >
    return body['get_operations']?.operations ?? []
  }
  const [shown] = await all()
  t.like(shown?.['latest_status'], { state: 'OPERATION_FINISHED', uuid: { value: uuid } })
  t.like(shown?.['info'], { type: 'RESERVE', id: { value: 'one' } })
  await rig.advance(11_000)
  t.deepEqual(said()[1], first, 'it is said again')
  const ask = async (asked: readonly Json[]): Promise<readonly Json[]> => {
    const before = said().length
    const call = { reconcile_operations: { operations: asked } }
    t.is((await rig.until(scheduler.call('RECONCILE_OPERATIONS', call))).status, 202)
    await rig.advance(100)
    return said().slice(before)
  }
  const known = { operation_id: { value: 'one' }, state: 'OPERATION_FINISHED', agent_id }
  t.deepEqual(await ask([]), [known])
  const unknown = (id: string, message: string, where?: unknown): Json => ({
    operation_id: { value: id },
    state: 'OPERATION_UNKNOWN',
    message: `Reconciliation: ${message}`,
    ...(where !== undefined && { agent_id: where }),
  })
  t.deepEqual(
    await ask([
      { operation_id: { value: 'one' }, agent_id },
      { operation_id: { value: 'zz' }, agent_id },
      { operation_id: { value: 'zz2' } },
      { operation_id: { value: 'zz3' }, agent_id: { value: 'none' } },
    ]),
    [
      known,
      unknown('zz', 'Operation is unknown', agent_id),
      unknown('zz2', "Operation is unknown and no 'agent_id' was provided"),
      unknown('zz3', 'Both operation and agent are unknown', { value: 'none' }),
    ],
  )
  const acknowledge = (body: Json) =>
    rig.until(
      scheduler.call('ACKNOWLEDGE_OPERATION_STATUS', { acknowledge_operation_status: body }),
    )
  const operation_id = { value: 'one' }
  const invalid = 'Failed to validate scheduler::Call: '
  const nowhere = await acknowledge({ uuid, operation_id })
  t.is(nowhere.text, `${invalid}Expecting 'agent_id' to be present`)
  const odd = await acknowledge({ uuid: 'AAAA', operation_id })
  t.is(odd.text, `${invalid}Not a valid UUID`)
  t.is((await acknowledge({ agent_id, uuid, operation_id })).status, 202)
  await rig.advance(100)
  t.deepEqual(await all(), [])
  t.like(await rig.until(rig.client().get('/metrics/snapshot')), {
    'master/messages_operation_status_update_acknowledgement': 1,
    'master/valid_operation_status_update_acknowledgements': 1,
    'master/invalid_operation_status_updates': 0,
  })
  const before = said().length
  await rig.advance(60_000)
  t.is(said().length, before, 'it is not said any more')
  t.deepEqual(await ask([{ operation_id, agent_id }]), [
    unknown('one', 'Operation is unknown', agent_id),
  ])
})

test('an agent that is killed and started again says what became of operations', async (t) => {
  const { rig } = await begin()
  const scheduler = await rig.scheduler({ role: 'r' })
  const offer = await rig.offer(scheduler)
  const reserve = { resources: [reserved('cpus', 1)] }
  const operations = [{ type: 'RESERVE', id: { value: 'one' }, reserve }]
  await rig.until(
    scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations, filters: null } }),
  )
  await rig.advance(100)
  const [first] = scheduler.all('UPDATE_OPERATION_STATUS')
  rig.cluster.world.kill('agent-1')
  await rig.advance(1000)
  await rig.cluster.startAgent('agent-1', 'cpus:4;mem:1024;disk:100')
  await rig.advance(3000)
  const all = scheduler.all('UPDATE_OPERATION_STATUS')
  t.deepEqual([all.length, all.at(-1)], [2, first])
})

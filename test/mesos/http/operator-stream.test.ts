import test from 'ava'
import {
  jsonCodec,
  messageType,
  protobufCodec,
  RecordReader,
  type Codec,
} from '../../../src/mesos/http/wire/index.ts'
import type { Client } from './client.ts'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const CALL = messageType('master.Call')
const EVENT = messageType('master.Event')

/** Whoever is subscribed to the events of the operator API. */
class Watcher {
  readonly events: Json[] = []
  isOver = false
  status = 0

  static async subscribe(client: Client, codec: Codec = jsonCodec): Promise<Watcher> {
    const watcher = new Watcher()
    const headers = { 'content-type': codec.mediaType, accept: codec.mediaType }
    const body = codec.encode(CALL, { type: 'SUBSCRIBE' })
    const response = await client.open('POST', '/api/v1', headers, body)
    watcher.status = response.status
    const reader = new RecordReader()
    response.handle({
      data: (bytes) => {
        for (const record of reader.push(bytes)) {
          const decoded = codec.decode(EVENT, record)
          if (decoded.ok) watcher.events.push(decoded.value)
        }
      },
      closed: () => (watcher.isOver = true),
    })
    return watcher
  }

  get types(): readonly unknown[] {
    return this.events.map(({ type }) => type)
  }

  all(type: string): readonly Json[] {
    const found = this.events.filter((event) => event['type'] === type)
    return found.map((event) => event[type.toLowerCase()] as Json)
  }
}

async function watch(rig: HttpCluster, codec?: Codec): Promise<Watcher> {
  const watcher = await rig.until(Watcher.subscribe(rig.client('operator'), codec))
  await rig.advance(10)
  return watcher
}

for (const codec of [jsonCodec, protobufCodec]) {
  test(`an operator sees what happens in the cluster, in ${codec.mediaType}`, async (t) => {
    const rig = await HttpCluster.start(['a'])
    await rig.advance(2000)
    const watcher = await watch(rig, codec)
    t.is(watcher.status, 200)
    t.deepEqual(watcher.types, ['SUBSCRIBED', 'HEARTBEAT'])
    const [subscribed] = watcher.all('SUBSCRIBED')
    const state = subscribed?.['get_state'] as Record<string, Record<string, readonly unknown[]>>
    t.is(state['get_agents']?.['agents']?.length, 1)
    t.is(subscribed?.['heartbeat_interval_seconds'], 15)
    const scheduler = await rig.scheduler({ failover_timeout: 100 })
    const framework_id = { value: scheduler.frameworkId }
    const offer = await rig.offer(scheduler)
    const launch = { type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, 'one')] } }
    const accept = { offer_ids: [offer['id']], operations: [launch] }
    await rig.until(scheduler.call('ACCEPT', { accept }))
    await rig.advance(1000)
    const framework_info = { user: 'u', name: 'another', id: framework_id }
    const updated = scheduler.call('UPDATE_FRAMEWORK', { update_framework: { framework_info } })
    t.is((await rig.until(updated)).status, 200)
    await rig.until(scheduler.call('TEARDOWN'))
    await rig.advance(1000)
    const happened = watcher.types.filter((type) => type !== 'HEARTBEAT').slice(1)
    t.deepEqual(
      [...new Set(happened)],
      ['FRAMEWORK_ADDED', 'TASK_ADDED', 'TASK_UPDATED', 'FRAMEWORK_UPDATED', 'FRAMEWORK_REMOVED'],
    )
    t.is(happened.at(-1), 'FRAMEWORK_REMOVED')
    const [added] = watcher.all('TASK_ADDED')
    const task = added?.['task'] as Json
    t.deepEqual([task['state'], task['framework_id']], ['TASK_STAGING', framework_id])
    const updates = watcher.all('TASK_UPDATED')
    t.deepEqual(
      updates.map(({ state }) => state),
      ['TASK_RUNNING', 'TASK_KILLED'],
    )
    const removed = watcher.all('FRAMEWORK_REMOVED')[0]?.['framework_info'] as Json
    t.is(removed['name'], 'another')
    await rig.advance(15_000)
    t.is(watcher.types.at(-1), 'HEARTBEAT')
  })
}

test('an operator hears of agents that come and go', async (t) => {
  const rig = await HttpCluster.start()
  const watcher = await watch(rig)
  await rig.cluster.startAgent('a')
  await rig.advance(2000)
  const [added] = watcher.all('AGENT_ADDED')
  const { agent_info } = added?.['agent'] as { readonly agent_info: Json }
  t.is(agent_info['hostname'], 'a')
  const id = agent_info['id'] as Json
  const gone = { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: id } }
  t.is((await rig.until(rig.client().post('/api/v1', gone))).status, 200)
  await rig.advance(1000)
  t.deepEqual(watcher.all('AGENT_REMOVED'), [{ agent_id: id }])
})

test('of too many subscribers the oldest is cut off', async (t) => {
  const rig = await HttpCluster.start([], { maxOperatorStreams: 2 })
  const watchers = [await watch(rig), await watch(rig), await watch(rig)]
  await rig.advance(100)
  t.deepEqual(
    watchers.map(({ isOver }) => isOver),
    [true, false, false],
  )
})

test('a framework says anew what it is, as Mesos allows it', async (t) => {
  const rig = await HttpCluster.start()
  const info = { principal: 'p', roles: ['r'], capabilities: [{ type: 'MULTI_ROLE' }] }
  const scheduler = await rig.scheduler(info)
  const id = { value: scheduler.frameworkId }
  const base = { user: 'u', name: 'foreign', ...info, id }
  const invalid = 'Supplied FrameworkInfo is not valid: '
  const changed = 'FrameworkInfo update is not valid: '
  for (const [update, status, text] of [
    [{ framework_info: { ...base, roles: ['r', 'q'] } }, 200, ''],
    [
      { framework_info: { ...base, user: 'x' } },
      400,
      `${changed}Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'u' to 'x'`,
    ],
    [
      { framework_info: { ...base, checkpoint: true } },
      400,
      `${changed}Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to 'true'`,
    ],
    [
      { framework_info: { ...base, principal: 'zz' } },
      400,
      `${changed}Changing framework's principal is not allowed.`,
    ],
    [
      { framework_info: { ...base, roles: ['-'] } },
      400,
      `${invalid}'FrameworkInfo.roles' contains invalid role: Role component '-' is invalid because it starts with a dash`,
    ],
    [
      { framework_info: base, suppressed_roles: ['zz'] },
      400,
      `${invalid}Suppressed role 'zz' is not contained in the list of roles`,
    ],
    [
      { framework_info: { user: 'u', name: 'foreign' } },
      400,
      "Failed to validate scheduler::Call: 'framework_id' differs from 'update_framework.framework_info.id'",
    ],
  ] as const) {
    const call = scheduler.call('UPDATE_FRAMEWORK', { update_framework: update })
    const answer = await rig.until(call)
    t.deepEqual([answer.status, answer.text], [status, text])
  }
})

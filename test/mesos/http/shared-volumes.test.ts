import test from 'ava'
import { foreignTask, HttpCluster } from './rig.ts'
import type { Scheduler } from './client.ts'

type Json = Readonly<Record<string, unknown>>

const reservations = [{ type: 'DYNAMIC', role: 'r' }]
const disk = { name: 'disk', type: 'SCALAR', scalar: { value: 100 }, reservations }
const volume = {
  ...disk,
  disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } },
  shared: {},
}

function using(offer: Json, id: string): Json {
  const task = foreignTask(offer, id)
  return { ...task, resources: [...(task['resources'] as readonly Json[]), volume] }
}

function hasVolume(offer: Json): boolean {
  return (offer['resources'] as readonly Json[]).some((one) => one['shared'] !== undefined)
}

async function accept(
  rig: HttpCluster,
  scheduler: Scheduler,
  offer: Json,
  ...operations: readonly Json[]
): Promise<void> {
  const accepted = { offer_ids: [offer['id']], operations, filters: { refuse_seconds: 0 } }
  await rig.until(scheduler.call('ACCEPT', { accept: accepted }))
}

/** Of all statuses that have come, some of them again. */
async function acknowledge(rig: HttpCluster, scheduler: Scheduler): Promise<void> {
  for (const { status } of scheduler.all('UPDATE')) {
    const { agent_id, task_id, uuid } = status as Json
    const acknowledged = { acknowledge: { agent_id, task_id, uuid } }
    await rig.until(scheduler.call('ACKNOWLEDGE', acknowledged))
  }
  await rig.advance(500)
}

test('a shared volume is used by several tasks at once, offered all the while, and ends when none uses it', async (t) => {
  const rig = await HttpCluster.start()
  await rig.cluster.startAgent('agent', 'cpus:4;mem:1024;disk:200')
  const capabilities = ['SHARED_RESOURCES', 'RESERVATION_REFINEMENT'].map((type) => ({ type }))
  const scheduler = await rig.scheduler({ role: 'r', capabilities })
  const launch = (offer: Json, ...ids: readonly string[]): Json => ({
    type: 'LAUNCH',
    launch: { task_infos: ids.map((id) => using(offer, id)) },
  })
  const destroy = { type: 'DESTROY', id: { value: 'end' }, destroy: { volumes: [volume] } }
  const first = await rig.offer(scheduler)
  const operations = [
    { type: 'RESERVE', reserve: { resources: [disk] } },
    { type: 'CREATE', create: { volumes: [volume] } },
    launch(first, 'one', 'two'),
    destroy,
  ]
  await accept(rig, scheduler, first, ...operations)
  const second = await rig.offer(scheduler)
  t.true(hasVolume(second), 'it is in use, and offered')
  await accept(rig, scheduler, second, launch(second, 'three'))
  await rig.advance(1000)
  const state = await rig.until(rig.client().get('/state'))
  const [framework] = state['frameworks'] as readonly Json[]
  const tasks = framework?.['tasks'] as readonly Json[]
  t.deepEqual(tasks.map((one) => one['state']).sort(), Array(3).fill('TASK_RUNNING'))
  t.like(framework?.['used_resources'], { disk: 100, cpus: 3 }, 'its disk counts once')
  const refused = scheduler.all('UPDATE_OPERATION_STATUS')[0]?.['status'] as Json
  t.is(refused['state'], 'OPERATION_ERROR')
  t.regex(String(refused['message']), /^Persistent volumes in use; on agent /)

  for (const id of ['one', 'two', 'three']) {
    await rig.until(scheduler.call('KILL', { kill: { task_id: { value: id } } }))
  }
  for (let i = 0; i < 3; i++) await acknowledge(rig, scheduler)
  const free = await rig.offer(scheduler)
  await accept(rig, scheduler, free, destroy)
  await rig.advance(1000)
  const states = scheduler
    .all('UPDATE_OPERATION_STATUS')
    .map((one) => (one['status'] as Json)['state'])
  t.deepEqual(states, ['OPERATION_ERROR', 'OPERATION_FINISHED'])
  const last = await rig.offer(scheduler)
  t.false(hasVolume(last))
  t.true((last['resources'] as readonly Json[]).some((one) => one['name'] === 'disk'))
})

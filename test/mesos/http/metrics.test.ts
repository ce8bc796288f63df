import test from 'ava'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const snapshot = (rig: HttpCluster): Promise<Json> =>
  rig.until(rig.client().get('/metrics/snapshot'))

test('what frameworks ask for and are told is counted, by the names of Mesos', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler({
    name: 'a b/c',
    roles: ['r', 'r/s'],
    capabilities: [{ type: 'MULTI_ROLE' }],
  })
  const prefix = `master/frameworks/a%20b%2Fc/${scheduler.frameworkId}`
  const first = await rig.offer(scheduler)
  const filters = { refuse_seconds: 0 }
  const decline = { offer_ids: [first['id']], filters }
  await rig.until(scheduler.call('DECLINE', { decline }))
  const offer = await rig.offer(scheduler)
  const task_infos = [foreignTask(offer, 'one'), foreignTask(offer, 'wrong/name')]
  const operations = [{ type: 'LAUNCH', launch: { task_infos } }]
  await rig.until(scheduler.call('ACCEPT', { accept: { offer_ids: [offer['id']], operations } }))
  await rig.advance(1000)
  t.like(await snapshot(rig), {
    'master/messages_register_framework': 1,
    'master/messages_reregister_framework': 0,
    'master/messages_register_slave': 1,
    'master/messages_decline_offers': 1,
    'master/messages_launch_tasks': 1,
    'master/slave_registrations': 1,
    'master/slave_removals': 0,
    'master/slaves_unreachable': 0,
    'master/valid_status_updates': 1,
    'master/invalid_status_updates': 0,
    'master/messages_status_update': 1,
    'master/tasks_error': 1,
    'master/task_error/source_master/reason_task_invalid': 1,
    'master/operator_event_stream_subscribers': 0,
    'system/cpus_total': 2,
    [`${prefix}/subscribed`]: 1,
    [`${prefix}/calls`]: 3,
    [`${prefix}/calls/subscribe`]: 1,
    [`${prefix}/calls/accept`]: 1,
    [`${prefix}/calls/decline`]: 1,
    [`${prefix}/calls/kill`]: 0,
    [`${prefix}/events/subscribed`]: 1,
    [`${prefix}/events/update`]: 2,
    [`${prefix}/offers/declined`]: 1,
    [`${prefix}/offers/accepted`]: 1,
    [`${prefix}/operations`]: 1,
    [`${prefix}/operations/launch`]: 1,
    [`${prefix}/roles/r/suppressed`]: 0,
    [`${prefix}/tasks/active/task_running`]: 1,
    [`${prefix}/tasks/terminal/task_error`]: 0,
  })
  await rig.until(scheduler.call('SUPPRESS', { suppress: { roles: ['r'] } }))
  await rig.until(scheduler.call('TEARDOWN'))
  await rig.advance(1000)
  t.like(await snapshot(rig), {
    'master/messages_suppress_offers': 1,
    'master/messages_unregister_framework': 1,
    'master/task_killed/source_master/reason_framework_removed': 1,
    [`${prefix}/subscribed`]: 0,
    [`${prefix}/calls`]: 5,
    [`${prefix}/tasks/active/task_running`]: 0,
    [`${prefix}/tasks/terminal/task_killed`]: 1,
  })
})

test('what the allocator and the registrar have done is shown', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler({
    name: 'one',
    roles: ['r'],
    capabilities: [{ type: 'MULTI_ROLE' }],
  })
  const quota_configs = [
    { role: 'r', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 2.5 } } },
  ]
  const update_quota = { force: true, quota_configs }
  await rig.until(rig.client().post('/api/v1', { type: 'UPDATE_QUOTA', update_quota }))
  const offer = await rig.offer(scheduler)
  const shown = await snapshot(rig)
  t.like(shown, {
    'allocator/mesos/resources/cpus/total': 4,
    'allocator/mesos/quota/roles/r/resources/cpus/guarantee': 1,
    'allocator/mesos/quota/roles/r/resources/cpus/limit': 2.5,
    'allocator/mesos/offer_filters/roles/r/active': 0,
    'registrar/state_store_ms/count': 2,
  })
  t.is(
    shown['allocator/mesos/quota/roles/r/resources/cpus/offered_or_allocated'],
    shown['allocator/mesos/resources/cpus/offered_or_allocated'],
  )
  t.true((shown['allocator/mesos/allocation_runs'] as number) > 2)
  t.true('allocator/mesos/allocation_run_ms/p9999' in shown)
  t.true('registrar/state_fetch_ms' in shown)
  const decline = { offer_ids: [offer['id']], filters: { refuse_seconds: 60 } }
  await rig.until(scheduler.call('DECLINE', { decline }))
  await rig.advance(2000)
  t.is((await snapshot(rig))['allocator/mesos/offer_filters/roles/r/active'], 1)
})

test('agents that are lost are counted, and why', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  await rig.advance(1000)
  rig.cluster.world.kill('agent')
  await rig.advance(200_000)
  t.like(await snapshot(rig), {
    'master/slaves_unreachable': 1,
    'master/slave_removals': 1,
    'master/slave_removals/reason_unhealthy': 1,
    'master/slave_unreachable_scheduled': 1,
    'master/slave_unreachable_completed': 1,
    'master/recovery_slave_removals': 0,
  })
})

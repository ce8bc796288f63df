import test from 'ava'
import { foreignCommand, foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const statusOf = (update: Json): Json => update['status'] as Json

test('SUBSCRIBE opens a stream that begins with SUBSCRIBED and HEARTBEAT', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler({ capabilities: null, checkpoint: null })
  t.is(scheduler.status, 200)
  t.regex(
    scheduler.streamId,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  t.deepEqual(scheduler.types, ['SUBSCRIBED', 'HEARTBEAT'])
  const [subscribed] = scheduler.all('SUBSCRIBED')
  t.is(subscribed?.['heartbeat_interval_seconds'], 15)
  t.is((subscribed?.['master_info'] as Json)['port'], 8050)
  await rig.advance(31_000)
  t.deepEqual(scheduler.types, ['SUBSCRIBED', 'HEARTBEAT', 'HEARTBEAT', 'HEARTBEAT'])
})

test('a task is launched out of an offer, seen to run, and killed', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  t.is(offer['hostname'], 'agent')
  const accept = {
    offer_ids: [offer['id']],
    operations: [{ type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, 'one')] } }],
    filters: { refuse_seconds: 0 },
  }
  t.is((await rig.until(scheduler.call('ACCEPT', { accept }))).status, 202)
  await rig.advance(3000)
  const [running] = scheduler.all('UPDATE').map(statusOf)
  t.is(running?.['state'], 'TASK_RUNNING')
  t.is(running?.['source'], 'SOURCE_EXECUTOR')
  const { agent_id, task_id, uuid } = running as { agent_id: Json; task_id: Json; uuid: string }
  t.is(Buffer.from(uuid, 'base64').byteLength, 16)
  const seen = scheduler.all('UPDATE').length
  await rig.advance(12_000)
  t.true(scheduler.all('UPDATE').length > seen, 'sent again until it is acknowledged')
  await rig.until(scheduler.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } }))
  await rig.advance(1000)
  const acknowledged = scheduler.all('UPDATE').length
  await rig.advance(60_000)
  t.is(scheduler.all('UPDATE').length, acknowledged)
  await rig.until(scheduler.call('RECONCILE', { reconcile: { tasks: [] } }))
  await rig.advance(500)
  const latest = scheduler.all('UPDATE').map(statusOf).at(-1)
  t.deepEqual([latest?.['state'], latest?.['reason']], ['TASK_RUNNING', 'REASON_RECONCILIATION'])
  await rig.until(scheduler.call('KILL', { kill: { task_id } }))
  await rig.advance(1000)
  const killed = scheduler.all('UPDATE').map(statusOf).at(-1)
  t.is(killed?.['state'], 'TASK_KILLED')
})

test('a task with a command of its own runs, and each of its statuses waits for the one before', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const accept = {
    offer_ids: [offer['id']],
    operations: [
      { type: 'LAUNCH', launch: { task_infos: [foreignCommand(offer, 'one', 'true')] } },
    ],
  }
  t.is((await rig.until(scheduler.call('ACCEPT', { accept }))).status, 202)
  const seen: Json[] = []
  for (const state of ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']) {
    await rig.advance(1000)
    const status = scheduler.all('UPDATE').map(statusOf).at(-1) ?? {}
    t.is(status['state'], state)
    seen.push(status)
    const { agent_id, task_id, uuid } = status
    await rig.until(scheduler.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } }))
  }
  t.is(seen[2]?.['message'], 'Command exited with status 0')
  t.deepEqual(seen[2]?.['executor_id'], { value: 'one' })
})

test('a declined offer comes again when its filter is over', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const scheduler = await rig.scheduler()
  const offer = await rig.offer(scheduler)
  const decline = { offer_ids: [offer['id']], filters: { refuse_seconds: 30 } }
  t.is((await rig.until(scheduler.call('DECLINE', { decline }))).status, 202)
  const before = scheduler.all('OFFERS').length
  await rig.advance(20_000)
  t.is(scheduler.all('OFFERS').length, before)
  await rig.until(scheduler.call('REVIVE'))
  await rig.advance(3000)
  t.is(scheduler.all('OFFERS').length, before + 1)
})

test('who subscribes again under the id takes over: the old stream is told and ends', async (t) => {
  const rig = await HttpCluster.start()
  const first = await rig.scheduler({ failover_timeout: 60 })
  const id = first.frameworkId
  const second = await rig.scheduler({ failover_timeout: 60 }, id)
  t.is(second.frameworkId, id)
  t.not(second.streamId, first.streamId)
  t.deepEqual(first.all('ERROR'), [{ message: 'Framework failed over' }])
  t.true(first.isOver)
  t.is((await rig.until(first.call('REVIVE'))).status, 400)
  t.is((await rig.until(second.call('REVIVE'))).status, 202)
})

test('what is wrong with a framework comes as an ERROR in the stream, which then ends', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler({ roles: ['a'] })
  t.is(scheduler.status, 200)
  t.deepEqual(scheduler.types, ['ERROR'])
  t.deepEqual(scheduler.all('ERROR'), [
    {
      message: "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable",
    },
  ])
  t.true(scheduler.isOver)
})

test('TEARDOWN ends the framework and its stream', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler({ failover_timeout: 1000 })
  t.is((await rig.until(scheduler.call('TEARDOWN'))).status, 202)
  await rig.advance(500)
  t.true(scheduler.isOver)
  t.deepEqual((await rig.cluster.state()).frameworks, [])
})

test('a scheduler whose stream breaks is disconnected, and removed when its time is over', async (t) => {
  const rig = await HttpCluster.start()
  const scheduler = await rig.scheduler({ failover_timeout: 20 })
  scheduler.leave()
  await rig.advance(1000)
  t.deepEqual(
    (await rig.cluster.state()).frameworks.map(({ isConnected }) => isConnected),
    [false],
  )
  await rig.advance(20_000)
  t.deepEqual((await rig.cluster.state()).frameworks, [])
})

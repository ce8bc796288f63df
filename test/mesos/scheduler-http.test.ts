import test from 'ava'
import { ActorSystem } from '../../src/actors/index.ts'
import { TestProbe } from '../../src/actors/testkit/index.ts'
import {
  connectMesos,
  schedulerDriver,
  type HttpMasterOptions,
  type SchedulerDriverEvent,
} from '../../src/mesos/index.ts'
import {
  expect,
  finish,
  HTTP_PORT,
  launch,
  nextOffer,
  nextUpdate,
  taskOf,
  type Framework,
} from './cluster/cluster.ts'
import { HttpCluster } from './http/rig.ts'

/** A framework of the house that knows its master by HTTP only. */
async function framework(
  rig: HttpCluster,
  options: HttpMasterOptions = {},
  url = `http://127.0.0.1:${HTTP_PORT}`,
): Promise<Framework> {
  const { world } = rig.cluster
  const environment = rig.cluster.environment('framework')
  const system = ActorSystem.create('framework', { environment })
  const probe = new TestProbe<SchedulerDriverEvent>(system, world, 'scheduler')
  const driver = system.spawn(
    schedulerDriver({
      framework_info: { user: 'tester', name: 'by-http', failover_timeout: 60 },
      openMaster: connectMesos(system, url, options),
      handler: probe.ref,
    }),
    'driver',
  )
  const made: Framework = { driver, probe, system, id: '' }
  const { framework_id } = (await expect(made, 'SUBSCRIBED')).subscribed
  made.id = framework_id.value
  return made
}

for (const encoding of ['json', 'protobuf'] as const) {
  test(`a framework runs a task over HTTP in ${encoding}, and leaves`, async (t) => {
    const rig = await HttpCluster.start(['agent'])
    const own = await framework(rig, { encoding })
    const offer = await nextOffer(own)
    launch(own, offer, taskOf(offer, 'one'))
    t.is(await nextUpdate(own), 'one TASK_RUNNING')
    finish(own, offer, 'one')
    t.is(await nextUpdate(own), 'one TASK_FINISHED')
    await rig.advance(20_000)
    const { tasks } = await rig.cluster.state()
    t.deepEqual(tasks, [], 'its statuses are acknowledged')
    own.driver.tell({ type: 'stop' })
    await rig.advance(1000)
    t.deepEqual((await rig.cluster.state()).frameworks, [])
  })
}

test('a framework whose stream breaks subscribes again under its id, and hears of its tasks', async (t) => {
  const rig = await HttpCluster.start(['agent'])
  const own = await framework(rig)
  const offer = await nextOffer(own)
  launch(own, offer, taskOf(offer, 'one'))
  t.is(await nextUpdate(own), 'one TASK_RUNNING')
  t.true(rig.cluster.world.network.reset('framework', 'master') > 0)
  await expect(own, 'DISCONNECTED')
  const { framework_id } = (await expect(own, 'SUBSCRIBED')).subscribed
  t.is(framework_id.value, own.id)
  t.is(await nextUpdate(own), 'one TASK_RUNNING REASON_RECONCILIATION')
})

test('a framework that a master refuses hears why, and its driver ends', async (t) => {
  const rig = await HttpCluster.start()
  const environment = rig.cluster.environment('framework')
  const system = ActorSystem.create('framework', { environment })
  const probe = new TestProbe<SchedulerDriverEvent>(system, rig.cluster.world, 'scheduler')
  const openMaster = connectMesos(system, `http://127.0.0.1:${HTTP_PORT}`)
  const framework_info = {
    user: 'u',
    name: 'n',
    role: 'a',
    capabilities: [{ type: 'MULTI_ROLE' as const }],
  }
  system.spawn(schedulerDriver({ framework_info, openMaster, handler: probe.ref }))
  const event = await probe.fish(({ type }) => type === 'ERROR', 10_000)
  t.is(
    event.type === 'ERROR' ? event.error.message : '',
    "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable",
  )
})

test('an address that is none is refused at once', (t) => {
  const system = ActorSystem.create('framework', {
    environment: new HttpCluster().cluster.environment('framework'),
  })
  for (const url of ['127.0.0.1:5050', 'http://', 'http://host:0', 'http://host:5050/path']) {
    t.throws(() => connectMesos(system, url), { code: 'TROUPE_MESOS_URL_INVALID' }, url)
  }
})

test('a framework proves who it is to a master that wants to know', async (t) => {
  const security = {
    credentials: new Map([['fw', 'secret']]),
    readonly: true,
    readwrite: true,
    frameworks: true,
  }
  const rig = await HttpCluster.start(['agent'], { security })
  const own = await framework(rig, { credential: { principal: 'fw', secret: 'secret' } })
  const { frameworks } = await rig.cluster.state()
  t.is(frameworks[0]?.info.principal, 'fw')
  t.not(own.id, '')
})

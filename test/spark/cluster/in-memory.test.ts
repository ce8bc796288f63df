import test from 'ava'

import { ActorSystem, receive, startNode } from '../../../src/actors/index.ts'
import { counts, expected, startCluster } from './simulated-cluster.ts'

test('the word count runs through master, agents and executors on connections in memory and a virtual clock', async (t) => {
  const { world, sc } = await startCluster(t, 1)
  const sorted = counts(sc).sortBy(([, count]) => count, false)
  t.deepEqual(await world.until(sorted.take(2)), [
    ['the', 120],
    ['fox', 80],
  ])
})

test('an application that is stopped leaves no actor behind in the system of its driver', async (t) => {
  const { world, sc, system } = await startCluster(t, 1)
  const names = (): readonly string[] =>
    system.tree().flatMap(({ path }) => (path.includes('/user/') ? [path] : []))
  t.true(names().some((name) => name.endsWith('-framework')))
  await world.until(sc.stop())
  t.deepEqual(names(), [])
})

for (const seed of [1, 2, 3]) {
  test(`an executor process killed while it reduces leaves the result as it is (seed ${seed})`, async (t) => {
    const { world, sc, events } = await startCluster(t, seed)
    let victim: string | undefined
    sc.addListener((event) => {
      if (victim !== undefined || event.type !== 'task-start' || event.stageId !== 1) return
      victim = event.executorId
      const node = world
        .nodes()
        .filter(({ name, isAlive }) => isAlive && name.startsWith('mesos-executor'))
      world.kill(node[seed % node.length]?.name ?? '')
    })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    t.not(victim, undefined)
    const lost = events.flatMap((event) => (event.type === 'outputs-lost' ? event.outputs : []))
    const again = events.flatMap((event) =>
      event.type === 'task-end' && event.stageId === 0 && event.stageAttempt > 0
        ? [event.partition]
        : [],
    )
    t.deepEqual(again.sort(), lost.map(({ mapPartition }) => mapPartition).sort())
  })
}

for (const [timeout, lost] of [
  [undefined, 0],
  [0, 2],
] as const) {
  const setting = timeout === undefined ? 'the default' : `a failover timeout of ${timeout}`
  test(`with ${setting}, ${lost} of two executors are lost with the master that started them`, async (t) => {
    const conf = timeout === undefined ? {} : { 'spark.mesos.driver.failoverTimeout': timeout }
    const { world, sc, events, driver, startMasterAgain } = await startCluster(t, 4, conf)
    const pause = (ms: number): Promise<void> =>
      world.until(new Promise<void>((resolve) => driver.clock.setTimer(ms, resolve)))
    world.kill('master')
    await pause(5000)
    // The agents find the new one at once, the driver ten seconds later.
    world.network.cut('driver', 'master')
    await world.until(startMasterAgain())
    await pause(10_000)
    world.network.heal('driver', 'master')
    await pause(10_000)
    t.is(events.filter(({ type }) => type === 'executor-removed').length, lost)
    const job = world.until(counts(sc).collect())
    if (lost === 0) t.deepEqual((await job).sort(), expected)
    else await t.throwsAsync(job, { code: 'TROUPE_SPARK_APPLICATION_REFUSED' })
  })
}

test('a job that runs when its application is removed fails, and does not wait for ever', async (t) => {
  const conf = { 'spark.mesos.driver.failoverTimeout': 0 }
  const { world, sc, driver, startMasterAgain } = await startCluster(t, 5, conf)
  let isCut = false
  sc.addListener((event) => {
    if (isCut || event.type !== 'task-start') return
    isCut = true
    for (const { name } of world.nodes()) {
      if (name.startsWith('mesos-executor')) world.kill(name, 'SIGSTOP')
    }
    world.kill('master')
    world.network.cut('driver', 'master')
    void startMasterAgain()
    driver.clock.setTimer(10_000, () => {
      world.network.heal('driver', 'master')
    })
  })
  const error = await t.throwsAsync(world.until(counts(sc).collect()), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.like(error.cause, { code: 'TROUPE_SPARK_APPLICATION_REFUSED' })
})

test('a job fails whose driver its master has given up meanwhile, and does not wait for ever', async (t) => {
  const { world, sc, driver } = await startCluster(t, 6)
  let isCut = false
  sc.addListener((event) => {
    if (isCut || event.type !== 'task-start') return
    isCut = true
    for (const { name } of world.nodes()) {
      if (name.startsWith('mesos-executor')) world.kill(name, 'SIGSTOP')
    }
    world.network.cut('driver', 'master')
    driver.clock.setTimer(20_000, () => {
      world.network.heal('driver', 'master')
    })
  })
  const error = await t.throwsAsync(world.until(counts(sc).collect()), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.like(error.cause, { code: 'TROUPE_SPARK_APPLICATION_REFUSED' })
})

test('the same seed gives the same events at the same times', async (t) => {
  const run = async (): Promise<string[]> => {
    const { world, sc, events } = await startCluster(t, 7)
    await world.until(counts(sc).collect())
    return events.map((event) => JSON.stringify(event))
  }
  const runs: string[][] = []
  // From one place: stages tell the calls that made them.
  while (runs.length < 2) runs.push(await run())
  t.deepEqual(runs[0], runs[1])
})

test('a stranger that does not know the token of the application can not register as an executor', async (t) => {
  const { world, sc, events, address } = await startCluster(t, 1)
  const system = ActorSystem.create('stranger', { environment: world.environment('stranger') })
  const node = await world.until(startNode(system, {}))
  const driver = await world.until(node.join(address))
  const registry = await world.until(driver.resolve<unknown>(`/user/${sc.applicationId}/executors`))
  const sent: unknown[] = []
  const spy = system.spawn(receive<unknown>((message) => void sent.push(message)))
  registry.tell({
    type: 'register-executor',
    executorId: 'stranger',
    host: 'stranger',
    pid: 1,
    slots: 8,
    executor: spy,
    blocks: spy,
    replyTo: spy,
  })
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  t.deepEqual(sent, [])
  t.false(events.some((event) => event.type === 'executor-added' && event.host === 'stranger'))
  await world.until(system.terminate())
})

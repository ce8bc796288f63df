import test from 'ava'

import { counts, expected, startCluster } from './simulated-cluster.ts'

const FINE = { 'spark.mesos.coarse': false, 'spark.mesos.mesosExecutor.cores': 0.1 }

test('every task is a task of the master, with a core of its own, and runs in the one executor of its agent', async (t) => {
  const { world, sc, events } = await startCluster(t, 1, FINE, 0, 'cpus:2.1;mem:1024')
  t.false(events.some(({ type }) => type === 'executor-added'))
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  const started = events.filter(({ type }) => type === 'executor-added')
  t.true(started.length >= 1 && started.length <= 2)
  const ended = events.filter(({ type }) => type === 'task-end')
  t.is(ended.length, 6 + 3)
})

for (const seed of [1, 2, 3]) {
  test(`an executor of single tasks that is killed costs its tasks and blocks, and no more (seed ${seed})`, async (t) => {
    const { world, sc, events } = await startCluster(t, seed, FINE, 0, 'cpus:2.1;mem:1024')
    let isKilled = false
    sc.addListener((event) => {
      if (isKilled || event.type !== 'task-start' || event.stageId !== 1) return
      isKilled = true
      const [node] = world
        .nodes()
        .filter(({ name, isAlive }) => isAlive && name.startsWith('mesos-executor'))
      world.kill(node?.name ?? '')
    })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    t.true(isKilled)
    t.true(events.some(({ type }) => type === 'executor-removed'))
    // The agent gets another one.
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
  })
}

test('a task of the master that a user function throws in fails four times, and the job with it', async (t) => {
  const { world, sc, events } = await startCluster(t, 4, FINE, 0, 'cpus:2.1;mem:1024')
  const job = sc
    .parallelize([1, 2], 2)
    .map((n) => {
      if (n === 2) throw new RangeError('two')
      return n
    })
    .collect()
  const error = await t.throwsAsync(world.until(job), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.regex(String(error.cause), /two/)
  t.is(events.filter(({ type }) => type === 'task-failed').length, 4)
  t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
})

test('a job that is cancelled has its tasks killed by way of the master', async (t) => {
  const { world, sc, events } = await startCluster(t, 5, FINE, 0, 'cpus:2.1;mem:1024')
  const controller = new AbortController()
  sc.addListener((event) => {
    if (event.type === 'task-start') controller.abort()
  })
  const job = counts(sc).collect({ signal: controller.signal })
  await t.throwsAsync(world.until(job), { code: 'TROUPE_SPARK_JOB_CANCELLED' })
  t.true(events.some(({ type }) => type === 'task-start'))
  const again = await world.until(sc.parallelize([1, 2, 3], 3).count())
  t.is(again, 3)
})

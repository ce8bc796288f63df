import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { SparkContext, TaskContext, type SparkEvent } from '../../../src/spark/index.ts'
import { environment, sums, until, words } from './house.ts'

interface Cluster {
  readonly sc: SparkContext
  readonly events: SparkEvent[]
  /** executor → its process */
  readonly pids: Map<string, number>
}

/** Two executors of one thread and 256 MB, in processes of their own. */
async function start(t: ExecutionContext): Promise<Cluster> {
  t.timeout(120_000)
  const events: SparkEvent[] = []
  const pids = new Map<string, number>()
  const sc = await SparkContext.create({
    master: 'local-cluster[2,1,256]',
    appName: 'local cluster',
    conf: { 'spark.testing.reservedMemory': 0 },
    listener: (event) => {
      events.push(event)
      if (event.type === 'executor-added') pids.set(event.executorId, event.pid)
    },
  })
  t.teardown(() => sc.stop())
  await until(() => pids.size === 2)
  return { sc, events, pids }
}

/** Of this process's clusters. */
async function folders(): Promise<string[]> {
  const all = await readdir(tmpdir())
  return all.filter(
    (name) => /^troupe-spark-cluster-/.test(name) && name.includes(`-${process.pid}-`),
  )
}

const isAlive = (pid: number): boolean => environment.processes.isAlive(pid)

test.serial(
  'with exclusion, an executor on which a task has failed makes room for another, on which it runs',
  async (t) => {
    t.timeout(120_000)
    const events: SparkEvent[] = []
    const sc = await SparkContext.create({
      master: 'local-cluster[1,1,256]',
      appName: 'replaced',
      conf: { 'spark.testing.reservedMemory': 0, 'spark.excludeOnFailure.enabled': true },
      listener: (event) => events.push(event),
    })
    t.teardown(() => sc.stop())
    const places = sc.parallelize([1], 1).map(() => {
      const { executorId, attemptNumber } = TaskContext.get() ?? {}
      if (attemptNumber === 0) throw new RangeError('a bad disk')
      return executorId
    })
    const [second] = await places.collect()
    const gone = events.flatMap((event) => (event.type === 'executor-removed' ? [event] : []))
    t.is(gone.length, 1)
    t.not(gone[0]?.executorId, second)
    t.regex(gone[0]?.reason ?? '', /it has nothing to do, and makes room for another: task 0 /)
  },
)

test.serial(
  'an executor killed with SIGKILL while it reduces is replaced, and the result is the undisturbed one',
  async (t) => {
    const { sc, events, pids } = await start(t)
    t.is(sc.defaultParallelism, 2)
    let victim: string | undefined
    sc.addListener((event) => {
      if (victim !== undefined || event.type !== 'task-start' || event.stageId !== 1) return
      victim = event.executorId
      environment.processes.kill(pids.get(event.executorId) ?? -1, 'SIGKILL')
    })
    const counts = sc
      .parallelize(words, 6)
      .map((word) => [word, 1])
      .reduceByKey((a, b) => a + b, 4)
    t.deepEqual((await counts.collect()).sort(), sums)
    t.true(events.some((event) => event.type === 'outputs-lost' && event.executorId === victim))
    await until(() => pids.size === 3)
    t.true(isAlive(pids.get('2') ?? -1))
    t.deepEqual(await sc.parallelize([1, 2], 2).collect(), [1, 2])
  },
)

test.serial('executors are gone with their folder when the context has stopped', async (t) => {
  const foldersBefore = await folders()
  const { sc, pids } = await start(t)
  t.is((await folders()).length, foldersBefore.length + 1)
  t.true([...pids.values()].every(isAlive))
  await sc.stop()
  for (const pid of pids.values()) await until(() => !isAlive(pid))
  t.deepEqual(await folders(), foldersBefore)
})

test.serial('executors end with a driver that is killed', async (t) => {
  t.timeout(120_000)
  const program = fileURLToPath(new URL('./programs/local-cluster.js', import.meta.url))
  const driver = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<string>((resolve) => {
    driver.stdout.once('data', (bytes: Buffer) => {
      resolve(bytes.toString())
    })
  })
  const pids = said.trim().split(' ').map(Number)
  t.is(pids.length, 2)
  t.true(pids.every(isAlive))
  driver.kill('SIGKILL')
  for (const pid of pids) await until(() => !isAlive(pid))
})

test.serial('why executors can not start is said', async (t) => {
  t.timeout(120_000)
  const conf = { 'spark.scheduler.maxRegisteredResourcesWaitingTime': '8s' }
  const small = { 'spark.testing.reservedMemory': 0, ...conf }
  // A heap of one MB is too small for Node itself.
  await t.throwsAsync(
    SparkContext.create({ master: 'local-cluster[1,1,1]', appName: 'small', conf: small }),
    { code: 'TROUPE_SPARK_NO_EXECUTORS', message: /has ended with .* before it ran/ },
  )
  await t.throwsAsync(SparkContext.create({ master: 'local-cluster[1,1,256]', appName: 'small' }), {
    code: 'TROUPE_SPARK_MEMORY_TOO_SMALL',
  })
})

test.serial('executors that a program ends are not replaced, until it asks for more', async (t) => {
  const { sc, events, pids } = await start(t)
  const gone = (): readonly SparkEvent[] => events.filter(({ type }) => type === 'executor-removed')
  const [first = ''] = pids.keys()
  t.true(sc.killExecutors([first]))
  await until(() => gone().length === 1)
  t.is(await sc.parallelize([1, 2, 3, 4], 4).count(), 4)
  t.is(pids.size, 2)
  t.true(sc.requestExecutors(1))
  await until(() => pids.size === 3)
  t.is(await sc.parallelize([1, 2, 3, 4], 4).count(), 4)
})

import test, { type ExecutionContext } from 'ava'

import { startAgentNode, startMasterNode } from '../../../src/mesos/index.ts'
import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'
import { environment, sums, until, words } from './house.ts'

interface Cluster {
  readonly sc: SparkContext
  readonly events: SparkEvent[]
  readonly input: string
  /** executor → its process */
  readonly pids: Map<string, number>
}

/** A master and two agents in this process; the executors are processes of their own. */
async function start(t: ExecutionContext): Promise<Cluster> {
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  const master = await startMasterNode({ environment })
  const agents = await Promise.all(
    ['one', 'two'].map((hostname) =>
      startAgentNode({
        environment,
        master: master.address,
        hostname,
        resources: 'cpus:1;mem:1024',
        workDir: `${directory}/${hostname}`,
      }),
    ),
  )
  const events: SparkEvent[] = []
  const pids = new Map<string, number>()
  let bothAreThere = (): void => {}
  const ready = new Promise<void>((resolve) => (bothAreThere = resolve))
  const sc = await SparkContext.create({
    master: `mesos://${master.address}`,
    appName: 'processes',
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.default.parallelism': 4,
    },
    listener: (event) => {
      events.push(event)
      if (event.type === 'executor-added') pids.set(event.executorId, event.pid)
      if (pids.size === 2) bothAreThere()
    },
  })
  t.teardown(async () => {
    await sc.stop()
    for (const { system } of agents) await system.terminate()
    await master.system.terminate()
    await environment.disk.remove(directory)
  })
  await ready
  const input = `${directory}/words.txt`
  await environment.disk.writeFile(input, new TextEncoder().encode(words.join('\n')))
  return { sc, events, pids, input }
}

function counts({ sc, input }: Cluster): RDD<Pair<string, number>> {
  return sc
    .textFile(input, 6)
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)
}

test('an executor process killed with SIGKILL while it reduces: the result is the undisturbed one', async (t) => {
  const cluster = await start(t)
  const { sc, events, pids } = cluster
  let victim: string | undefined
  sc.addListener((event) => {
    if (victim !== undefined || event.type !== 'task-start' || event.stageId !== 1) return
    victim = event.executorId
    environment.processes.kill(pids.get(event.executorId) ?? -1, 'SIGKILL')
  })
  t.deepEqual((await counts(cluster).collect()).sort(), sums)
  const lost = events.flatMap((event) =>
    event.type === 'outputs-lost' && event.executorId === victim ? event.outputs : [],
  )
  const again = events.flatMap((event) =>
    event.type === 'task-end' && event.stageId === 0 && event.stageAttempt > 0
      ? [event.partition]
      : [],
  )
  t.true(lost.length > 0)
  t.deepEqual(again.sort(), lost.map(({ mapPartition }) => mapPartition).sort())
  // Restarted, or stopped where a failed fetch was heard of before the loss.
  const ends = events.flatMap((event) =>
    event.type === 'SparkListenerTaskEnd' && event.taskInfo.executorId === victim
      ? [event.reason.reason]
      : [],
  )
  t.true(ends.some((reason) => reason !== 'Success'))
})

test('executors run the functions with what they captured, and are gone when the context has stopped', async (t) => {
  const cluster = await start(t)
  const { sc, pids } = cluster
  const factor = 3
  const triple = (n: number): number => n * factor
  const rdd = sc.parallelize([1, 2, 3, 4], 4).map((n) => ({ n: triple(n), at: new Date(n) }))
  t.deepEqual(
    await rdd.collect(),
    [1, 2, 3, 4].map((n) => ({ n: n * 3, at: new Date(n) })),
  )
  t.true([...pids.values()].every((pid) => environment.processes.isAlive(pid)))
  await sc.stop()
  for (const pid of pids.values()) await until(() => !environment.processes.isAlive(pid))
  t.pass()
})

test('a task that ends its thread by process.exit runs again, and the executor lives on', async (t) => {
  const cluster = await start(t)
  const { sc, pids, events } = cluster
  const flag = cluster.input.replace('words.txt', 'flag')
  const rdd = sc.parallelize([1, 2], 2).mapPartitionsWithIndex(async (index, rows, { disk }) => {
    if (index === 1 && (await disk.stat(flag)) === undefined) {
      await disk.writeFile(flag, new Uint8Array(0))
      process.exit(3)
    }
    return rows
  })
  t.deepEqual(await rdd.collect(), [1, 2])
  t.is(pids.size, 2)
  const failed = events.filter((event) => event.type === 'task-failed')
  t.is((failed[0]?.error as { code?: string }).code, 'TROUPE_SPARK_TASK_THREAD_LOST')
})

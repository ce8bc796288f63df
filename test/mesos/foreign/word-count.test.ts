import test, { type ExecutionContext } from 'ava'
import { SparkContext, type SparkConf, type SparkEvent } from '../../../src/spark/index.ts'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')

/** Counts words by executors that the agents of a master have started, all of it by v1 HTTP. */
async function countsWords(
  t: ExecutionContext,
  cluster: Running,
  conf: SparkConf = { 'spark.cores.max': 2, 'spark.executor.cores': 1 },
): Promise<void> {
  const executors = new Set<string>()
  const sc = await SparkContext.create({
    master: `mesos://${cluster.url}`,
    appName: 'word count',
    conf: {
      ...conf,
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
    },
    listener: (event: SparkEvent) => {
      if (event.type === 'executor-added') executors.add(event.executorId)
    },
  })
  t.teardown(() => sc.stop())
  const lines = ['ox and ox', 'and cat'].flatMap((line) => Array.from({ length: 50 }, () => line))
  const counts = await sc
    .parallelize(lines, 4)
    .flatMap((line) => line.split(' '))
    .map((word): [string, number] => [word, 1])
    .reduceByKey((a, b) => a + b, 3)
    .collect()
  t.deepEqual(counts.toSorted(), [
    ['and', 100],
    ['cat', 50],
    ['ox', 100],
  ])
  t.true(executors.size > 0)
  await sc.stop()
  await allReleased(cluster)
}

test('words are counted on our cluster by v1 HTTP', async (t) => {
  await countsWords(t, await startTroupe(t))
})

const fine = { 'spark.mesos.coarse': false, 'spark.mesos.mesosExecutor.cores': 0.5 }

test('words are counted by single tasks on our cluster by v1 HTTP', async (t) => {
  await countsWords(t, await startTroupe(t), fine)
})

testWith(mesos)('words are counted by single tasks on Mesos itself', async (t) => {
  await countsWords(t, await startMesos(t, mesos), fine)
})

testWith(mesos)('words are counted on Mesos itself', async (t) => {
  await countsWords(t, await startMesos(t, mesos))
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { SparkContext } from '../../../src/spark/index.ts'
import { emptyMetrics } from '../../../src/spark/rdd/index.ts'

test('each metric of a task counts where there is something to count', async (t) => {
  t.timeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'troupe-metrics-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i % 5000} ${i}`)
  await writeFile(join(folder, 'in.txt'), lines.join('\n'))
  const sc = await SparkContext.create({
    master: 'local-cluster[2,1,512]',
    appName: 'metrics',
    conf: {
      'spark.shuffle.spill.numElementsForceSpillThreshold': 1000,
      'spark.hadoop.fs.local.block.size': 65_536,
    },
  })
  t.teardown(() => sc.stop())
  const sums = emptyMetrics()
  let tries = 0
  sc.addSparkListener({
    onTaskEnd({ taskMetrics }) {
      if (taskMetrics === undefined) return
      tries += 1
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += taskMetrics[name]
    },
  })
  const pairs = sc.textFile(join(folder, 'in.txt'), 4).map((line): [string, number] => {
    const [key = '', value = ''] = line.split(' ')
    // Work for the garbage collector.
    const junk = Array.from({ length: 200 }, (_, i) => ({ key, i }))
    return [key, Number(value) + junk.length]
  })
  const grouped = pairs.groupByKey(2).mapValues((values) => values.length)
  await grouped.map((pair) => pair.join(' ')).saveAsTextFile(join(folder, 'out'))
  const rows = await grouped.collect()
  t.is(rows.length, 5000)
  t.true(tries >= 8)
  t.deepEqual(
    Object.entries(sums).filter(([, sum]) => sum <= 0),
    [],
    'none is nothing',
  )
  t.is(sums.inputRecords, 20_000)
  t.is(sums.outputRecords, 5000)
  t.is(sums.shuffleWriteRecords, 20_000)
  t.is(sums.shuffleReadRecords, 40_000, 'by two jobs')
  t.true(sums.remoteBytesRead < sums.shuffleReadBytes, 'some blocks lie where they are read')
})

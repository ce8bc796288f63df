import test from 'ava'

import { SparkContext, type SparkConf, type StorageLevelName } from '../../../src/spark/index.ts'

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

async function withContext(
  conf: SparkConf,
  run: (sc: SparkContext) => Promise<void>,
): Promise<void> {
  const sc = await SparkContext.create({ master: 'local[2]', appName: 'threads', conf })
  try {
    await run(sc)
  } finally {
    await sc.stop()
  }
}

for (const level of [
  'MEMORY_ONLY',
  'MEMORY_ONLY_SER',
  'MEMORY_AND_DISK',
  'DISK_ONLY',
] as const satisfies readonly StorageLevelName[]) {
  test(`task threads compute a kept partition once: ${level}`, async (t) => {
    await withContext({}, async (sc) => {
      const computed = sc.longAccumulator('computed')
      const rdd = sc
        .parallelize(upTo(40_000), 6)
        .map((n) => {
          computed.add(1)
          return { n, text: `row ${n}` }
        })
        .persist(level)
      for (let i = 0; i < 4; i += 1) {
        t.is(await rdd.map(({ n }) => n).reduce((a, b) => a + b), (39_999 * 40_000) / 2)
      }
      t.is(Number(computed.value), 40_000)
      t.is(sc.getRDDStorageInfo()[0]?.numCachedPartitions, 6)
      await rdd.unpersist(true)
      t.deepEqual(sc.getRDDStorageInfo(), [])
    })
  })
}

test('with little memory blocks go to disk and the rows stay the same', async (t) => {
  const conf = { 'spark.testing.reservedMemory': 0, 'spark.testing.memory': '4m' }
  await withContext(conf, async (sc) => {
    const rdd = sc
      .parallelize(upTo(60_000), 8)
      .map((n) => ({ n, text: `row ${n}` }))
      .persist('MEMORY_AND_DISK')
    const expected = (59_999 * 60_000) / 2
    for (let i = 0; i < 3; i += 1) {
      t.is(await rdd.map(({ n }) => n).reduce((a, b) => a + b), expected)
    }
    const [info] = sc.getRDDStorageInfo()
    t.is(info?.numCachedPartitions, 8)
    t.true((info?.diskBytes ?? 0) > 0)
    t.true((info?.memoryBytes ?? 0) <= 0.6 * 4 * (1 << 20))
  })
})

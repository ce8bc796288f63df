import test from 'ava'

import { SparkContext } from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from './driver.ts'

const MEBIBYTE = 2 ** 20
const text = (bytes: number): string => 'x'.repeat(bytes)

test('a partition beyond the size of a message is broadcast, once for all jobs', async (t) => {
  const { kit, sc } = startDriver(t)
  const rows = [text(9 * MEBIBYTE), text(20 * MEBIBYTE), 'short']
  const rdd = sc.parallelize(rows, 3)
  t.deepEqual(
    await kit.until(rdd.map((row) => row.length).collect()),
    rows.map(({ length }) => length),
  )
  let sent = 0
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type === 'run-task') sent += 1
    return 'deliver'
  })
  const byLength = rdd
    .map((row): [number, number] => [row.length % 2, 1])
    .reduceByKey((a, b) => a + b)
  t.deepEqual((await kit.until(byLength.collect())).sort(), [
    [0, 2],
    [1, 1],
  ])
  t.true(sent > 0)
  // The next broadcast has the next number: two partitions were broadcast, each once.
  t.is(sc.broadcast(1).id, 2)
})

test('results of more than spark.driver.maxResultSize fail the job in the words of Spark', async (t) => {
  const { kit, sc, events } = startDriver(t, { conf: { 'spark.driver.maxResultSize': '3m' } })
  let parts = 0
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type === 'result-part') parts += 1
    return 'deliver'
  })
  const rows = sc.parallelize([1, 2], 2).map((n) => `${n}`.repeat(2 * 2 ** 20))
  const error = await t.throwsAsync(kit.until(rows.collect()), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.like(error.cause, { code: 'TROUPE_SPARK_RESULT_TOO_LARGE' })
  t.regex(
    error.message,
    /Total size of serialized results of 2 tasks \(4\.0 MiB\) is bigger than spark\.driver\.maxResultSize \(3\.0 MiB\)/,
  )
  t.true(parts <= 4)
  t.is(eventsOf(events, 'SparkListenerJobEnd').length, 1)
  // What is small still goes.
  t.is(await kit.until(rows.count()), 2)
})

test('small results count, too, and those that are larger than all others together are not fetched', async (t) => {
  const { kit, sc } = startDriver(t, { conf: { 'spark.driver.maxResultSize': '1m' } })
  const small = sc.parallelize([1, 2, 3], 3).map(() => 'x'.repeat(400 * 1024))
  const error = await t.throwsAsync(kit.until(small.collect()), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.regex(error.message, /of 3 tasks \(1\.2 MiB\)/)
  let parts = 0
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type === 'result-part') parts += 1
    return 'deliver'
  })
  const large = sc.parallelize([1], 1).map(() => 'x'.repeat(20 * 2 ** 20))
  await t.throwsAsync(kit.until(large.collect()), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.is(parts, 0)
})

test('with 0 there is no bound; a result of a try that fails is not counted', async (t) => {
  const unbounded = startDriver(t, { conf: { 'spark.driver.maxResultSize': 0 } })
  const rows = unbounded.sc.parallelize([1, 2], 2).map(() => 'x'.repeat(3 * 2 ** 20))
  t.is((await unbounded.kit.until(rows.collect())).length, 2)
  const { kit, sc } = startDriver(t, { conf: { 'spark.driver.maxResultSize': '7m' } })
  let isKilled = false
  kit.intercept((_, message) => {
    if ((message as { type?: unknown } | null)?.type === 'read-result' && !isKilled) {
      isKilled = true
      sc.killExecutor('driver')
    }
    return 'deliver'
  })
  const again = sc.parallelize([1, 2], 2).map(() => 'x'.repeat(3 * 2 ** 20))
  t.is((await kit.until(again.collect())).length, 2)
  t.true(isKilled)
})

test('rows that are more than one part of a result come in their order', async (t) => {
  const { kit, sc } = startDriver(t)
  const rows = sc.parallelize([1, 2, 3, 4], 1).map((n) => new Uint8Array(30 * 2 ** 20).fill(n))
  let most = 0
  kit.intercept((_, message) => {
    const { type, sizesBytes } = message as { type?: unknown; sizesBytes?: readonly number[] }
    if (type === 'result-ready') most = sizesBytes?.length ?? 0
    return 'deliver'
  })
  const back = await kit.until(rows.collect())
  t.deepEqual(
    back.map((bytes) => [bytes.length, bytes[0], bytes.at(-1)]),
    [1, 2, 3, 4].map((n) => [30 * 2 ** 20, n, n]),
  )
  t.is(most, 2)
})

test('large partitions and results pass between processes', async (t) => {
  const sc = await SparkContext.create({ master: 'local-cluster[2,1,512]', appName: 'large' })
  t.teardown(() => sc.stop())
  const rows = [text(30 * MEBIBYTE), text(12 * MEBIBYTE)]
  const back = await sc
    .parallelize(rows, 2)
    .map((row) => `${row}!`)
    .collect()
  t.deepEqual(
    back.map(({ length }) => length),
    rows.map(({ length }) => length + 1),
  )
})

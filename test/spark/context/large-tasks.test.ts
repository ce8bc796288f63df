import test from 'ava'

import type { Log } from '../../../src/platform/index.ts'
import { Broadcast } from '../../../src/spark/broadcast/index.ts'
import { StagePackager } from '../../../src/spark/context/stage-packages.ts'
import { prepareLineage, type RDD } from '../../../src/spark/rdd/index.ts'
import { closureStageCodec, rowCodec } from '../../../src/spark/task/index.ts'
import { startDriver } from './driver.ts'

/** What is warned of when the stages of an action on `rdd` are packed. */
async function warnings(rdd: RDD<unknown>): Promise<string[]> {
  const said: string[] = []
  const log: Log = { write: (_, message) => void said.push(message), setDetailed: () => {} }
  const stages = closureStageCodec(rowCodec, { load: (url) => import(url) })
  await prepareLineage(rdd)
  const share = (bytes: Uint8Array): Broadcast<Uint8Array> =>
    new Broadcast(
      { broadcastId: 0, lengthBytes: bytes.length, pieceBytes: bytes.length, checksums: [] },
      { value: () => bytes, control: undefined },
    )
  const packager = new StagePackager(stages, rowCodec, { cachedAt: () => [], share, log })
  packager.pack(rdd, { kind: 'count', props: {} })
  return said
}

const rows = (count: number): string[] => Array.from({ length: count }, (_, i) => `row ${i}`)

test('functions that take more than 1000 KiB along are warned of, with the way to what makes them large', async (t) => {
  const { sc } = startDriver(t)
  const config = { lookup: { table: rows(150_000), small: rows(10) } }
  const look = (n: number): string | undefined => config.lookup.table[n]
  const [large, ...others] = await warnings(sc.parallelize([1], 1).map((n) => look(n)))
  t.regex(
    large ?? '',
    /^Broadcasting large task binary with size 1\d\d\d KiB: 1\d\d\d KiB of it are map of RDD 1\.f → look → config\.lookup\.table\. Broadcast it/,
  )
  t.deepEqual(others, [])
  const { small } = config.lookup
  t.deepEqual(await warnings(sc.parallelize([1], 1).map((n) => small[n])), [])
})

test('rows of a partition that take more than 1000 KiB along are warned of', async (t) => {
  const { sc } = startDriver(t)
  const [large, ...others] = await warnings(sc.parallelize(rows(150_000), 1))
  t.regex(large ?? '', /contains a task of very large size \(1\d\d\d KiB\).*is 1000 KiB/)
  t.deepEqual(others, [])
  t.deepEqual(await warnings(sc.parallelize(rows(150_000), 4)), [])
})

test('functions that are beyond all measure are refused with that way, too', async (t) => {
  const { sc } = startDriver(t)
  const table = rows(1_000_000)
  const error = await t.throwsAsync(warnings(sc.parallelize([1], 1).map((n) => table[n])))
  t.like(error, { code: 'TROUPE_SPARK_TASK_TOO_LARGE' })
  t.regex(error?.message ?? '', /\d+ of them are map of RDD 1\.f → table: broadcast it/)
})

/**
 * Sizes beyond 2 GiB and beyond memory, for real: `node build/bench/programs/engine-large.js <what> [megabytes]`, by hand, since each
 * takes a minute and as much disk. Rows are of 1 MiB. It prints what has come, and how long that took.
 *
 * - `shuffle`: one block, from one map task to one reduce task of another executor
 * - `here`: the same in one executor
 * - `cache`: one partition on disk, read again by the executor that has not computed it
 * - `replicas`: the same with two copies, one of whose executors is ended
 * - `result`: what one task gives, with no bound of results; `refused`: with the usual one
 * - `broadcast`: a value of so many megabytes
 * - `checkpoint`, `objects`: one partition, written to files and read
 */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  SparkContext,
  StorageLevel,
  TaskContext,
  type RDD,
  type SparkConf,
} from '../../src/spark/index.ts'

const MEBIBYTE = 1 << 20
const [what = 'shuffle', megabytes = '2300'] = process.argv.slice(2)
const rows = Number(megabytes)
const folder = join(tmpdir(), `troupe-large-${process.pid}`)

async function context(master: string, conf: SparkConf = {}): Promise<SparkContext> {
  return SparkContext.create({ master, appName: `large ${what}`, conf })
}

/** One partition of so many rows of 1 MiB; no row is like the one before. */
function large(sc: SparkContext): RDD<Uint8Array> {
  const row = (i: number): Uint8Array => new Uint8Array(MEBIBYTE).fill(i % 251)
  return sc.range(0, rows, 1, 1).map(row)
}

/** How many rows there are, what their bytes come to, and whether each is where it should be. */
async function shown(rdd: RDD<Uint8Array>): Promise<string> {
  const sums = rdd.mapPartitions(async (all) => {
    let [count, bytes, wrong] = [0, 0, 0]
    for await (const row of all) {
      if (row[0] !== count % 251 || row.at(-1) !== count % 251) wrong += 1
      count += 1
      bytes += row.length
    }
    return count === 0 ? [] : [`${count} rows, ${bytes} bytes, ${wrong} wrong`]
  })
  return (await sums.collect()).join('; ')
}

const works: Readonly<Record<string, () => Promise<string>>> = {
  async shuffle() {
    const sc = await context('local-cluster[2,1,512]', { 'spark.locality.wait': 0 })
    const moved = large(sc)
      .map((row): [number, Uint8Array] => [0, row])
      .partitionBy(1)
    let holder = ''
    let remoteBytes = 0
    sc.addListener((event) => {
      if (event.type !== 'task-end') return
      if (event.metrics.shuffleWriteBytes > 0) holder = event.executorId
      remoteBytes += event.metrics.remoteBytesRead
    })
    await moved.mapPartitions(() => []).collect()
    // The map output is there; the executor that has it is busy while it is read.
    const stop = new AbortController()
    const busy = sc.parallelize([0, 1], 2).foreach(
      async () => {
        if (TaskContext.get()?.executorId !== holder) return
        await new Promise((resolve) => setTimeout(resolve, 600_000))
      },
      { signal: stop.signal },
    )
    const seen = await shown(moved.values())
    stop.abort()
    await busy.catch(() => undefined)
    return ended(sc, `${seen}; ${remoteBytes} bytes of another executor`)
  },
  async here() {
    const sc = await context('local[1]')
    const moved = large(sc)
      .map((row): [number, Uint8Array] => [0, row])
      .partitionBy(1)
    return ended(sc, await shown(moved.values()))
  },
  async cache() {
    const sc = await context('local-cluster[2,1,512]')
    const kept = large(sc).persist(StorageLevel.DISK_ONLY)
    return ended(sc, `${await shown(kept)}; again ${await shown(kept)}`)
  },
  async replicas() {
    const sc = await context('local-cluster[2,1,512]')
    const kept = large(sc).persist(StorageLevel.DISK_ONLY_2)
    const first = await shown(kept)
    return ended(sc, `${first}; again ${await shown(kept)}`)
  },
  async result() {
    const sc = await context('local-cluster[1,1,512]', { 'spark.driver.maxResultSize': 0 })
    const collected = await large(sc).collect()
    const wrong = collected.filter((row, i) => row[0] !== i % 251).length
    return ended(sc, `${collected.length} rows, ${wrong} wrong`)
  },
  async refused() {
    const sc = await context('local-cluster[1,1,512]')
    const why = await large(sc)
      .collect()
      .then(
        () => 'it was not refused',
        (error: unknown) => String(error),
      )
    return ended(sc, why)
  },
  async broadcast() {
    const sc = await context('local-cluster[1,1,512]')
    let seen: string
    try {
      const value = sc.broadcast(new Uint8Array(rows * MEBIBYTE).fill(7))
      seen = `${(
        await sc
          .parallelize([0], 1)
          .map(() => value.value.length)
          .collect()
      ).join()} bytes`
    } catch (error) {
      seen = String(error)
    }
    return ended(sc, seen)
  },
  async checkpoint() {
    const sc = await context('local[1]')
    await sc.setCheckpointDir(folder)
    const kept = large(sc)
    kept.checkpoint()
    await kept.count()
    return ended(sc, await shown(kept))
  },
  async objects() {
    const sc = await context('local[1]')
    await large(sc).saveAsObjectFile(folder)
    return ended(sc, await shown(sc.objectFile<Uint8Array>(folder)))
  },
}

async function ended(sc: SparkContext, seen: string): Promise<string> {
  await sc.stop()
  return seen
}

const work = works[what]
if (work === undefined) throw new Error(`${what} is none of ${Object.keys(works).join(', ')}`)
const began = performance.now()
try {
  const seen = await work()
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${what} of ${megabytes} MiB: ${seen}; ${seconds} s, the driver's peak ${peak} MiB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

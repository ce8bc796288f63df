import { execFile } from 'node:child_process'
import { appendFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import test, { type ExecutionContext } from 'ava'

import { SparkContext, type Pair, type RDD, type SparkConf } from '../../../src/spark/index.ts'
import { right, shuffled } from './jobs.ts'

const run = promisify(execFile)
const MEBIBYTE = 1 << 20
const SIZE = 12 * MEBIBYTE

const why = await whyNot()
if (why !== undefined) console.log(`skipped: a file system that is full: ${why}`)
/** One after another: where executors have their folders stands in this process's environment. */
const full = why === undefined ? test.serial : test.serial.skip

async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'this is not root'
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory])
    await run('umount', [directory])
    return undefined
  } catch (error) {
    return `nothing can be mounted here: ${String(error).split('\n')[0] ?? ''}`
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A file system of a few megabytes, in which this process and its executors have their temporary folders. */
async function smallDisk(t: ExecutionContext): Promise<string> {
  t.timeout(180_000)
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', directory])
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = directory
  t.teardown(async () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await run('umount', ['--lazy', directory])
    await rm(directory, { recursive: true, force: true })
  })
  return directory
}

function start(conf: SparkConf = {}): Promise<SparkContext> {
  return SparkContext.create({
    master: 'local-cluster[2,1,256]',
    appName: 'full disk',
    conf: { 'spark.testing.reservedMemory': 0, ...conf },
  })
}

/** Twice what the disk has room for. */
const large = (sc: SparkContext): RDD<Pair<string, string>> =>
  sc.range(0, 3_000, 1, 4).map((n): Pair<string, string> => [`key ${n % 300}`, 'x'.repeat(8_000)])

/** Whatever there is room for is taken. */
function fill(path: string): void {
  for (let size = MEBIBYTE; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size))
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOSPC') throw error
    }
  }
}

full(
  'a file system that is too small for map outputs ends the job clearly, and the next one runs',
  async (t) => {
    const directory = await smallDisk(t)
    const sc = await start()
    t.is(await shuffled({ sc, directory }, 'before'), right)
    const error = await t.throwsAsync<Error & { readonly code?: string }>(
      large(sc).groupByKey(3).count(),
      { code: 'TROUPE_SPARK_JOB_FAILED' },
    )
    t.regex(error.message, /ENOSPC/)
    t.regex(error.message, /shuffle_|temp_local_/)
    t.regex(error.stack ?? '', /full-disk\.test\.[jt]s:\d+/)
    t.is(await shuffled({ sc, directory }, 'after'), right)
    await sc.stop()
    t.deepEqual(readdirSync(directory), [])
  },
)

full(
  'what a file system is too small to keep is computed again, and a checkpoint that it is too small for leaves nothing',
  async (t) => {
    const directory = await smallDisk(t)
    const sc = await start()
    const kept = large(sc).persist('DISK_ONLY')
    t.is(await kept.count(), 3_000)
    t.is(
      (
        await kept
          .values()
          .map((text) => text.length)
          .distinct()
          .collect()
      ).join(),
      '8000',
    )
    await kept.unpersist(true)
    await sc.setCheckpointDir(`${directory}/checkpoints`)
    const cut = large(sc)
    cut.checkpoint()
    const error = await t.throwsAsync<Error>(cut.count(), {
      code: 'TROUPE_SPARK_CHECKPOINT_FAILED',
    })
    t.regex(error.message, /ENOSPC/)
    const left = readdirSync(`${directory}/checkpoints`, { recursive: true }).map(String)
    t.deepEqual(
      left.filter((path) => /rdd-|part-/.test(path)),
      [],
    )
    t.is(await shuffled({ sc, directory }, 'after'), right)
    await sc.stop()
    t.deepEqual(readdirSync(directory), ['checkpoints'])
  },
)

full(
  'an event log that a full file system does not take costs a warning, and outputs are not left half written',
  async (t) => {
    const directory = await smallDisk(t)
    await mkdir(`${directory}/events`)
    const sc = await start({
      'spark.eventLog.enabled': true,
      'spark.eventLog.dir': `${directory}/events`,
      'spark.eventLog.compress': false,
    })
    t.is(await sc.range(0, 100, 1, 2).count(), 100)
    fill(`${directory}/filler`)
    t.is(statSync(`${directory}/filler`).size > 8 * MEBIBYTE, true)
    // Nothing has to be written for it but the log.
    for (let i = 0; i < 20; i += 1) t.is(await sc.range(0, 100, 1, 2).count(), 100)
    const lines = sc.range(0, 1_000, 1, 2).map((n) => `line ${n} ${'x'.repeat(1_000)}`)
    const error = await t.throwsAsync<Error>(lines.saveAsTextFile(`${directory}/out`), {
      code: 'TROUPE_SPARK_JOB_FAILED',
    })
    t.regex(error.message, /ENOSPC/)
    rmSync(`${directory}/filler`)
    t.is(await shuffled({ sc, directory }, 'after'), right)
    await sc.stop()
    t.deepEqual(readdirSync(directory), ['events'])
  },
)

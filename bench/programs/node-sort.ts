/** An external sort by hand in two threads, with 256 MB for both: sorted runs, then ranges of keys merged. */
import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { KEY, RECORD, mergeRuns, sortRuns, type SortedRun } from './by-hand/external-sort.ts'
import { Pool, isWorker, serve, type Answer } from './by-hand/pool.ts'
import { input, output, timed } from './node-harness.ts'

const MEMORY = 256e6
const THREADS = 2
const SAMPLES = 1000
const path = input('records-16.txt')

type Job =
  | {
      readonly sort: readonly [number, number]
      readonly cuts: readonly Uint8Array[]
      readonly thread: number
    }
  | { readonly merge: readonly SortedRun[]; readonly part: number }

function handle(job: Job): Answer<SortedRun[]> {
  if ('sort' in job) {
    const nameOf = (run: number): string => join(output, `run-${job.thread}-${run}`)
    return { value: sortRuns(path, job.sort, MEMORY / THREADS, job.cuts, nameOf) }
  }
  mergeRuns(job.merge, job.part, join(output, `part-${job.part}`), MEMORY / THREADS)
  return { value: [] }
}

/** Keys that cut the records into ranges of about the same size. */
function cutsOf(size: number): Uint8Array[] {
  const file = openSync(path, 'r')
  const keys = Array.from({ length: SAMPLES }, (_, i) => {
    const key = Buffer.alloc(KEY)
    readSync(file, key, 0, KEY, Math.floor((i / SAMPLES) * (size / RECORD)) * RECORD)
    return key
  })
  closeSync(file)
  keys.sort((a, b) => Buffer.compare(a, b))
  return Array.from(
    { length: THREADS - 1 },
    (_, i) => keys[Math.floor(((i + 1) / THREADS) * SAMPLES)] as Uint8Array,
  )
}

if (isWorker) serve(handle)
else {
  const pool = new Pool<Job, SortedRun[]>(import.meta.url, THREADS)
  await timed('sort', async () => {
    rmSync(output, { recursive: true, force: true })
    mkdirSync(output, { recursive: true })
    const { size } = statSync(path)
    const cuts = cutsOf(size)
    const cutAt = (thread: number): number =>
      Math.floor((size / RECORD / THREADS) * thread) * RECORD
    const sorted = await pool.all((thread) => ({
      sort: [cutAt(thread), thread === THREADS - 1 ? size : cutAt(thread + 1)],
      cuts,
      thread,
    }))
    const runs = sorted.flat()
    await pool.all((part) => ({ merge: runs, part }))
    for (const run of runs) rmSync(run.path)
    return 'written'
  })
  await pool.close()
}

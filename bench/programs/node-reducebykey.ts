/**
 * reduceByKey by hand. Ordinary: two threads with a Map each, which then exchange pairs. On bytes: one thread that spreads
 * pairs over 64 parts, so that the table of each stays in the processor's cache.
 */
import { IntegerTable, mixed } from './by-hand/integer-table.ts'
import { forEachPair } from './by-hand/integers.ts'
import { forEachLine, rangesOf, type Range } from './by-hand/lines.ts'
import { Pool, isWorker, serve, type Answer } from './by-hand/pool.ts'
import { input, isBytes, timed } from './node-harness.ts'

type Pairs = [number, number][]
type Job = { readonly map: Range; readonly parts: number } | { readonly reduce: readonly Pairs[] }
type Done = readonly Pairs[] | readonly [keys: number, total: number]

function sums(pairs: Iterable<[number, number]>, into: Map<number, number>): void {
  for (const [key, value] of pairs) into.set(key, (into.get(key) ?? 0) + value)
}

function handle(job: Job): Answer<Done> {
  const table = new Map<number, number>()
  if ('reduce' in job) {
    for (const pairs of job.reduce) sums(pairs, table)
    return { value: [table.size, [...table.values()].reduce((a, b) => a + b, 0)] }
  }
  forEachLine(job.map, (line) => {
    const [key, value] = line.split('\t').map(Number) as [number, number]
    table.set(key, (table.get(key) ?? 0) + value)
  })
  const parts = Array.from({ length: job.parts }, (): Pairs => [])
  for (const pair of table) parts[(mixed(pair[0]) >>> 16) % job.parts]?.push(pair)
  return { value: parts }
}

async function ordinary(pool: Pool<Job, Done>): Promise<string> {
  const ranges = rangesOf(input('pairs.tsv'), pool.threads)
  const maps = (await pool.all((thread) => ({
    map: ranges[thread] as Range,
    parts: pool.threads,
  }))) as (readonly Pairs[])[]
  const done = (await pool.all((thread) => ({
    reduce: maps.map((parts) => parts[thread] as Pairs),
  }))) as (readonly [number, number])[]
  return done.reduce(([k, t], [keys, total]) => [k + keys, t + total]).join('/')
}

const PARTS = 64
const BUFFERED = 4096

function onBytes(): string {
  const keys = new Int32Array(PARTS * BUFFERED)
  const values = new Int32Array(PARTS * BUFFERED)
  const filled = new Int32Array(PARTS)
  const full = Array.from({ length: PARTS }, (): [Int32Array, Int32Array][] => [])
  const flush = (part: number): void => {
    const [from, to] = [part * BUFFERED, part * BUFFERED + (filled[part] as number)]
    full[part]?.push([keys.slice(from, to), values.slice(from, to)])
    filled[part] = 0
  }
  const [range] = rangesOf(input('pairs.tsv'), 1)
  forEachPair(range as Range, [0, 1], (key, value) => {
    const part = mixed(key) >>> 26
    const at = part * BUFFERED + (filled[part] as number)
    keys[at] = key
    values[at] = value
    filled[part] = (filled[part] as number) + 1
    if (filled[part] === BUFFERED) flush(part)
  })
  let [count, total] = [0, 0]
  for (let part = 0; part < PARTS; part += 1) {
    flush(part)
    const table = new IntegerTable()
    for (const [ks, vs] of full[part] ?? []) {
      for (let i = 0; i < ks.length; i += 1) table.add(ks[i] as number, vs[i] as number)
    }
    count += table.size
    table.forEach((_, sum) => (total += sum))
  }
  return `${count}/${total}`
}

if (isWorker) serve(handle)
else if (isBytes) await timed('reducebykey', onBytes)
else {
  const pool = new Pool<Job, Done>(import.meta.url, 2)
  await timed('reducebykey', () => ordinary(pool))
  await pool.close()
}

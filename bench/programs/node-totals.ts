/** Campaign totals by hand in two threads: events summed by campaign there, names looked up at the end. */
import { readFileSync } from 'node:fs'
import { IntegerTable } from './by-hand/integer-table.ts'
import { forEachPair } from './by-hand/integers.ts'
import { forEachLine, rangesOf, type Range } from './by-hand/lines.ts'
import { Pool, isWorker, serve, type Answer } from './by-hand/pool.ts'
import { input, isBytes, timed } from './node-harness.ts'

interface Columns {
  readonly keys: Int32Array<ArrayBuffer>
  readonly sums: Float64Array<ArrayBuffer>
}
type Summed = Map<number, number> | Columns

function summed(range: Range): Answer<Summed> {
  if (!isBytes) {
    const sums = new Map<number, number>()
    forEachLine(range, (line) => {
      const fields = line.split('\t')
      const campaign = Number(fields[1])
      sums.set(campaign, (sums.get(campaign) ?? 0) + Number(fields[3]))
    })
    return { value: sums }
  }
  const table = new IntegerTable()
  forEachPair(range, [1, 3], (campaign, value) => {
    table.add(campaign, value)
  })
  const keys = new Int32Array(table.size)
  const sums = new Float64Array(table.size)
  let at = 0
  table.forEach((key, sum) => {
    keys[at] = key
    sums[at++] = sum
  })
  return { value: { keys, sums }, transfer: [keys.buffer, sums.buffer] }
}

function names(): Map<number, string> {
  const lines = readFileSync(input('campaigns.tsv'), 'latin1').trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const [id, name = ''] = line.split('\t')
      return [Number(id), name]
    }),
  )
}

if (isWorker) serve(summed)
else {
  const pool = new Pool<Range, Summed>(import.meta.url, 2)
  await timed('totals', async () => {
    const ranges = rangesOf(input('events.tsv'), pool.threads)
    const parts = await pool.all((thread) => ranges[thread] as Range)
    const nameOf = names()
    const totals = new Map<string, number>()
    const add = (sum: number, campaign: number): void => {
      const name = nameOf.get(campaign)
      if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + sum)
    }
    for (const part of parts) {
      if (part instanceof Map) part.forEach(add)
      else part.keys.forEach((key, i) => add(part.sums[i] as number, key))
    }
    const values = [...totals.values()]
    const most = values.reduce((a, b) => Math.max(a, b), 0)
    return `${totals.size}/${values.reduce((a, b) => a + b, 0)}/${most}`
  })
  await pool.close()
}

/** Word count by hand in two threads: lines, words and a Map; or a table of the words' bytes. */
import { input, isBytes, timed } from './node-harness.ts'
import { forEachBlock, forEachLine, rangesOf, type Range } from './by-hand/lines.ts'
import { Pool, isWorker, serve, type Answer } from './by-hand/pool.ts'
import { WordTable, type PackedWords } from './by-hand/word-table.ts'

type Counted = Map<string, number> | PackedWords

function counted(range: Range): Answer<Counted> {
  if (isBytes) {
    const table = new WordTable()
    forEachBlock(range, (bytes, length) => {
      table.addBlock(bytes, length)
    })
    const packed = table.packed()
    return { value: packed, transfer: [packed.slots.buffer, packed.bytes.buffer] }
  }
  const counts = new Map<string, number>()
  forEachLine(range, (line) => {
    for (const word of line.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1)
  })
  return { value: counts }
}

function merged(parts: readonly Counted[]): Iterable<number> {
  const table = new WordTable()
  const counts = new Map<string, number>()
  for (const part of parts) {
    if (!(part instanceof Map)) table.merge(part)
    else for (const [word, count] of part) counts.set(word, (counts.get(word) ?? 0) + count)
  }
  return isBytes ? table.counts() : counts.values()
}

if (isWorker) serve(counted)
else {
  const pool = new Pool<Range, Counted>(import.meta.url, 2)
  await timed('wordcount', async () => {
    const ranges = rangesOf(input('words.txt'), pool.threads)
    let [keys, total, most] = [0, 0, 0]
    for (const count of merged(await pool.all((thread) => ranges[thread] as Range))) {
      keys += 1
      total += count
      most = Math.max(most, count)
    }
    return `${keys}/${total}/${most}`
  })
  await pool.close()
}

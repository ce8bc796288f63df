import type { Disk } from '../../platform/index.ts'
import { wordsOf } from './words.ts'

/** How often each word stands in a text. */
export type WordCounts = Map<string, number>

/** Bytes read at a time. */
const CHUNK_BYTES = 8 << 20

/** Counts the words of one file in the plainest way, in this thread: what the cluster must arrive at. */
export async function countPlainly(disk: Disk, path: string, counts: WordCounts): Promise<void> {
  const decoder = new TextDecoder()
  const file = await disk.open(path)
  let rest = ''
  try {
    for (let at = 0; at < file.sizeBytes; at += CHUNK_BYTES) {
      const text = rest + decoder.decode(await file.read(at, CHUNK_BYTES), { stream: true })
      // Whole lines only, so that no word is cut in two.
      const cut = text.lastIndexOf('\n') + 1
      rest = text.slice(cut)
      addWords(text.slice(0, cut), counts)
    }
    addWords(rest + decoder.decode(), counts)
  } finally {
    await file.close()
  }
}

function addWords(text: string, counts: WordCounts): void {
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
}

/** The sum of all counts. */
export function totalOf(counts: Iterable<readonly [string, number]>): number {
  let total = 0
  for (const [, n] of counts) total += n
  return total
}

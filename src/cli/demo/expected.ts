import type { Disk } from '../../platform/index.ts'
import { wordsOf } from './words.ts'

/** How often each word stands in a text. */
export type WordCounts = Map<string, number>

/** Counts the words of one file in the plainest way, in this thread: what the cluster must arrive at. */
export async function countPlainly(disk: Disk, path: string, counts: WordCounts): Promise<void> {
  const text = new TextDecoder().decode(await disk.readFile(path))
  for (const word of wordsOf(text)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
}

/** The sum of all counts. */
export function totalOf(counts: Iterable<readonly [string, number]>): number {
  let total = 0
  for (const [, n] of counts) total += n
  return total
}

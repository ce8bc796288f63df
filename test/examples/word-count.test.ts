import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import test from 'ava'

import { limitMs, linesOf, root } from './run-example.ts'

test('the five most frequent words are those that a loop finds', async (t) => {
  t.timeout(limitMs)
  const text = await readFile(join(root, 'examples', 'text', 'king-james-bible.txt'), 'utf8')
  const counts = new Map<string, number>()
  for (const [word] of text.toLowerCase().matchAll(/[a-z]+/g)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const first = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 5)
  t.deepEqual(
    await linesOf('wordcount'),
    first.map(([word, count]) => `${word} ${count}`),
  )
})

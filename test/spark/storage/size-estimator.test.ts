import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import test from 'ava'

import { estimateBytes } from '../../../src/spark/storage/size-estimator.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  collectGarbage()
  collectGarbage()
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

const kinds: readonly (readonly [string, number, (i: number) => unknown])[] = [
  ['small integers', 200_000, (i) => i],
  ['doubles', 200_000, (i) => i + 0.5],
  ['strings', 50_000, (i) => `a row of text with a number ${i * 7919}`.split('').join('')],
  ['pairs', 50_000, (i) => [`key ${i}`.split('').join(''), i]],
  ['objects', 50_000, (i) => ({ n: i, at: i / 3, text: `row ${i}`.split('').join('') })],
  ['points', 30_000, (i) => Array.from({ length: 10 }, (_, j) => i + j / 10)],
  ['typed arrays', 2_000, (i) => new Float64Array(500).fill(i)],
  ['nested objects', 20_000, (i) => ({ a: { b: { c: i } }, list: [i, { d: i }] })],
  [
    'maps',
    5_000,
    (i) =>
      new Map([
        [i, `${i}`],
        [i + 1, 'x'],
      ]),
  ],
]

for (const [name, count, make] of kinds) {
  test(`the estimate of ${name} is within a factor of two of what the heap grows by`, (t) => {
    const before = usedBytes()
    const rows = Array.from({ length: count }, (_, i) => make(i))
    const grown = usedBytes() - before
    const estimated = estimateBytes(rows)
    const ratio = estimated / grown
    t.true(ratio > 0.5 && ratio < 2, `estimated ${estimated}, grown ${grown}: ${ratio.toFixed(2)}`)
    t.is(rows.length, count)
  })
}

test('what refers to itself has a size', (t) => {
  const loop: unknown[] = []
  loop.push(loop, { loop })
  t.true(estimateBytes([loop]) > 50)
  t.true(estimateBytes([]) > 0)
})

import test from 'ava'

import { batchesOf, flatMapBatches, mapBatches } from '../../../src/spark/batches/index.ts'

const MEBIBYTE = 2 ** 20

function* large(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i += 1) yield new Uint8Array(MEBIBYTE).fill(i)
}

for (const [name, rows] of [
  ['an iterator', () => batchesOf(large(100))],
  ['an async iterator', () => batchesOf(later())],
  ['a map', () => mapBatches(batchesOf(numbers(100)), (i) => new Uint8Array(MEBIBYTE).fill(i))],
  [
    'a flatMap',
    () =>
      flatMapBatches(batchesOf([0, 1]), (half) =>
        [...large(100)].slice(50 * half, 50 * half + 50).values(),
      ),
  ],
] as const) {
  test(`rows of a megabyte come a few at a time out of ${name}, all of them and in order`, async (t) => {
    const sizes: number[] = []
    const seen: number[] = []
    await rows().forEachBatch((batch) => {
      sizes.push(batch.length)
      for (const row of batch) seen.push(row[0] ?? -1)
    })
    t.true(Math.max(...sizes) <= 32, `${sizes.join()}`)
    t.deepEqual(seen, numbers(100))
  })
}

test('small rows fill batches as ever', async (t) => {
  const sizes: number[] = []
  const count = (batch: readonly unknown[]): void => void sizes.push(batch.length)
  await mapBatches(batchesOf(numbers(10_000).values()), (i) => i + 1).forEachBatch(count)
  t.deepEqual(sizes, [4096, 4096, 1808])
  sizes.length = 0
  await flatMapBatches(batchesOf(numbers(5_000)), (i) => [i, i]).forEachBatch(count)
  t.is(
    sizes.reduce((sum, size) => sum + size),
    10_000,
  )
  t.true(sizes.length <= 4, `${sizes.join()}`)
})

test('what is answered later is asked for at once, as far as a batch goes', async (t) => {
  let asked = 0
  const rows = mapBatches(batchesOf(numbers(1_000)), async (i) => {
    asked += 1
    await Promise.resolve()
    return i + asked * 0
  })
  const first = rows.next()
  t.is(asked, 1_000)
  t.deepEqual(await first, numbers(1_000))
})

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

async function* later(): AsyncGenerator<Uint8Array> {
  for (const row of large(100)) {
    await Promise.resolve()
    yield row
  }
}

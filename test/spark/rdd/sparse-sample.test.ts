import test from 'ava'

import { compareKeys } from '../../../src/spark/keys/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const encoder = new TextEncoder()

/** About 5 MB of lines, in no order, with few that begin with `rare`. */
const lines = Array.from({ length: 100_000 }, (_, i) => {
  const key = String((i * 7_919) % 100_000).padStart(6, '0')
  return `${i % 5_000 === 17 ? 'rare' : 'much'} ${key} ${'x'.repeat(40)}`
})

async function engineWithLines(): Promise<PureEngine> {
  const engine = new PureEngine()
  await engine.disk.makeDirectory('/in')
  await engine.disk.writeFile('/in/text', encoder.encode(`${lines.join('\n')}\n`))
  return engine
}

/** Rows of the sampling jobs, which come before the stages of the job itself. */
test('bounds are drawn from pieces of long files, and ranges come out even', async (t) => {
  const engine = await engineWithLines()
  let sampled = 0
  const sorted = engine
    .textFile('/in/text', 8 << 20)
    .map((line) => [line.slice(5, 11), line] as const)
    .sortByKey(true, 4)
  const parts = await sorted.glom().collect()
  const sizes = parts.map((part) => part.length)
  for (const size of sizes) t.true(size > 15_000 && size < 35_000, `${sizes.join(' ')}`)
  const expected = [...lines].sort((a, b) => compareKeys(a.slice(5, 11), b.slice(5, 11)))
  t.deepEqual(
    parts.flat().map(([, line]) => line),
    expected,
  )
  for (const { isResult } of engine.launches) sampled += isResult ? 1 : 0
  t.is(sampled, 1 + 4)
})

test('where pieces have too few keys, all rows are looked at', async (t) => {
  const engine = await engineWithLines()
  const rare = engine.textFile('/in/text', 8 << 20).filter((line) => line.startsWith('rare'))
  const parts = await rare
    .sortBy((line) => line, true, 4)
    .glom()
    .collect()
  t.deepEqual(parts.flat(), lines.filter((line) => line.startsWith('rare')).sort())
  for (const part of parts) t.true(part.length >= 3 && part.length <= 7)
  t.is(engine.launches.filter(({ isResult }) => isResult).length, 2 + 4)
})

test('what is kept, or made of whole partitions, is sampled as it is', async (t) => {
  const engine = await engineWithLines()
  const whole = engine
    .textFile('/in/text', 8 << 20)
    .mapPartitions((rows) => rows)
    .map((line) => [line, 1] as const)
  t.is((await whole.sortByKey(false, 2).take(1))[0]?.[0], [...lines].sort().at(-1))
})

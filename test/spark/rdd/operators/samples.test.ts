import test from 'ava'
import fc from 'fast-check'

import { PureEngine } from '../../engine/pure-engine.ts'
import { slices } from './multiset.ts'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const seeds = fc.integer()

test('a sample without replacement is some of the rows, in order, the same for a seed', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      seeds,
      slices,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (seed, n, f) => {
        const rows = upTo(50)
        const sample = await new PureEngine().parallelize(rows, n).sample(false, f, seed).collect()
        t.deepEqual(
          sample,
          rows.filter((row) => sample.includes(row)),
        )
        t.deepEqual(
          await new PureEngine().parallelize(rows, n).sample(false, f, seed).collect(),
          sample,
        )
      },
    ),
    { numRuns: 30 },
  )
})

test('samples have about the size that was asked for', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.parallelize(upTo(20_000), 7)
  for (const [withReplacement, fraction] of [
    [false, 0.1],
    [false, 0.75],
    [true, 0.1],
    [true, 2.5],
    [true, 40],
  ] as const) {
    const count = await rdd.sample(withReplacement, fraction, 42).count()
    const expected = 20_000 * fraction
    // Six standard deviations.
    t.true(Math.abs(count - expected) < 6 * Math.sqrt(expected), `${fraction}: ${count}`)
  }
  t.is(await rdd.sample(false, 0, 1).count(), 0)
  t.is(await rdd.sample(false, 1, 1).count(), 20_000)
  t.is(await rdd.sample(true, 0, 1).count(), 0)
})

test('partitions of one seed draw differently', async (t) => {
  const flags = new PureEngine()
    .parallelize(
      upTo(400).map((i) => i % 100),
      4,
    )
    .sample(false, 0.5, 7)
    .glom()
  const parts = (await flags.collect()).map((part) => part.join())
  t.is(new Set(parts).size, 4)
})

test('randomSplit parts the rows: each is in one of the splits', async (t) => {
  await fc.assert(
    fc.asyncProperty(seeds, slices, async (seed, n) => {
      const splits = new PureEngine().parallelize(upTo(60), n).randomSplit([1, 2, 0, 3], seed)
      const parts = await Promise.all(splits.map((split) => split.collect()))
      t.deepEqual(
        parts.flat().sort((a, b) => a - b),
        upTo(60),
      )
      t.is(parts[2]?.length, 0)
    }),
    { numRuns: 30 },
  )
})

test('what is no fraction, seed or weight is refused by name', (t) => {
  const rdd = new PureEngine().parallelize([1])
  for (const make of [
    () => rdd.sample(false, 1.5),
    () => rdd.sample(true, -1),
    () => rdd.sample(true, NaN),
    () => rdd.sample(true, Infinity),
    () => rdd.sample(false, 0.5, 0.5),
    () => rdd.randomSplit([]),
    () => rdd.randomSplit([0, 0]),
    () => rdd.randomSplit([1, -1]),
    () => rdd.coalesce(0),
    () => rdd.distinct(-1),
  ]) {
    t.throws(make, { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})

test('zip, zipPartitions, zipWithIndex and zipWithUniqueId agree with arrays', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer(), { maxLength: 40 }), slices, async (rows, n) => {
      const engine = new PureEngine()
      const rdd = engine.parallelize(rows, n)
      t.deepEqual(
        await rdd.zip(rdd.map(String)).collect(),
        rows.map((row) => [row, String(row)]),
      )
      t.deepEqual(
        await rdd.zipWithIndex().collect(),
        rows.map((row, i) => [row, i]),
      )
      const parts = await rdd.glom().collect()
      t.deepEqual(
        await rdd.zipWithUniqueId().collect(),
        parts.flatMap((part, k) => part.map((row, i) => [row, i * n + k])),
      )
      const lengths = rdd.zipPartitions([rdd, rdd.map(String), rdd], async (...all) => [
        (await Promise.all(all.map((rows) => rows.toArray()))).map(({ length }) => length),
      ])
      t.deepEqual(
        await lengths.collect(),
        parts.map(({ length }) => [length, length, length, length]),
      )
    }),
    { numRuns: 30 },
  )
})

test('RDDs that do not fit side by side are refused, with their numbers', async (t) => {
  const engine = new PureEngine()
  const five = engine.parallelize(upTo(5), 2)
  const different = { code: 'TROUPE_SPARK_PARTITIONS_DIFFER' }
  await t.throwsAsync(five.zip(engine.parallelize(upTo(5), 3)).collect(), {
    ...different,
    message: /2 and 3 partitions/,
  })
  await t.throwsAsync(five.zip(engine.parallelize(upTo(4), 2)).collect(), different)
  await t.throwsAsync(engine.parallelize(upTo(4), 2).zip(five).collect(), different)
})

test('zip of long partitions in batches of different sizes pairs row by row', async (t) => {
  const rdd = new PureEngine().parallelize(upTo(20_000), 2)
  const thinned = rdd.flatMap((row) => (row % 3 === 0 ? [row] : []))
  const other = rdd.filter((row) => row % 3 === 0).map((row) => -row)
  const pairs = await thinned.zip(other).collect()
  t.is(pairs.length, 6667)
  t.true(pairs.every(([a, b]) => a === -b))
})

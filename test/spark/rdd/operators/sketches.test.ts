import test from 'ava'
import fc from 'fast-check'

import { compareKeys } from '../../../../src/spark/keys/index.ts'
import type { Pair } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { anyPairs, grouped, multiset, slices } from './multiset.ts'

const invalid = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

test('countApproxDistinct is near, for few and for many', async (t) => {
  const engine = new PureEngine()
  t.is(await engine.emptyRDD().countApproxDistinct(), 0)
  for (const n of [1, 10, 100, 1_000, 20_000]) {
    const rows = engine.range(0, 2 * n, 1, 3).map((i) => `row ${i % n}`)
    const found = await rows.countApproxDistinct(0.02)
    t.true(Math.abs(found - n) <= Math.max(1, 0.08 * n), `${found} for ${n}`)
  }
  await t.throwsAsync(engine.emptyRDD().countApproxDistinct(0), invalid)
  await t.throwsAsync(engine.emptyRDD().countApproxDistinct(0.000001), invalid)
})

test('the error of countApproxDistinct stays within what was asked for', async (t) => {
  const engine = new PureEngine()
  let squares = 0
  const tries = 20
  for (let i = 0; i < tries; i += 1) {
    const rows = engine.range(i * 10_000, i * 10_000 + 3000, 1, 1)
    squares += ((await rows.countApproxDistinct(0.05)) / 3000 - 1) ** 2
  }
  t.true(Math.sqrt(squares / tries) < 0.075)
})

test('countApproxDistinctByKey agrees with sets, for few values', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyPairs, slices, slices, async (rows, n, m) => {
      const pairs = new PureEngine().parallelize<Pair<unknown, number>>(rows, n)
      const expected = [...grouped(rows).values()].map(([key, values]) => [
        key,
        new Set(values).size,
      ])
      t.deepEqual(
        multiset(await pairs.countApproxDistinctByKey(0.01, m).collect()),
        multiset(expected),
      )
    }),
    { numRuns: 20 },
  )
})

test('topByKey has the largest values of each key, largest first', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      anyPairs,
      slices,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (rows, n, limit, isPlaced) => {
        const pairs = new PureEngine().parallelize<Pair<unknown, number>>(rows, n)
        const placed = isPlaced ? pairs.partitionBy(2) : pairs
        const top = [...grouped(rows).values()].map(([key, values]) => [
          key,
          [...values].sort((a, b) => compareKeys(b, a)).slice(0, limit),
        ])
        t.deepEqual(multiset(await placed.topByKey(limit).collect()), multiset(top))
      },
    ),
    { numRuns: 30 },
  )
  const pairs = new PureEngine().range(0, 1000, 1, 3).map((i) => [i % 2, i])
  const smallest = pairs.topByKey(2, { compare: (a, b) => b - a })
  t.deepEqual(
    multiset(await smallest.collect()),
    multiset([
      [0, [0, 2]],
      [1, [1, 3]],
    ]),
  )
  t.throws(() => pairs.topByKey(0), invalid)
})

test('percentiles of few numbers are exact, of many near', async (t) => {
  const engine = new PureEngine()
  t.deepEqual(await engine.parallelize([3, 1, 2], 2).percentiles([0, 50, 100]), [1, 2, 3])
  t.deepEqual(await engine.emptyRDD<number>().percentiles([50]), [undefined])
  t.deepEqual(await engine.parallelize([NaN, 4]).percentiles([50]), [4])
  const shuffled = engine.range(0, 50_000, 1, 4).map((i) => (i * 7919) % 50_000)
  const percentages = [0, 0.1, 1, 25, 50, 75, 99, 99.9, 100]
  const found = await shuffled.percentiles(percentages)
  for (const [i, percentage] of percentages.entries()) {
    const expected = (percentage / 100) * 49_999
    t.true(Math.abs((found[i] ?? NaN) - expected) < 300, `${found[i]} for ${expected}`)
  }
  for (const wrong of [[-1], [101], [NaN], 50 as never]) {
    await t.throwsAsync(shuffled.percentiles(wrong), invalid)
  }
  await t.throwsAsync(shuffled.percentiles([1], { compression: 1 }), invalid)
})

test('percentiles lie in order between the smallest and the largest', async (t) => {
  const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(doubles, slices, async (rows, n) => {
      const found = await new PureEngine().parallelize(rows, n).percentiles([0, 10, 50, 90, 100])
      const sorted = [...found].sort((a, b) => Number(a) - Number(b))
      t.deepEqual(found, sorted)
      t.is(found[0], Math.min(...rows) + 0)
      t.is(found[4], Math.max(...rows) + 0)
    }),
    { numRuns: 40 },
  )
})

test('percentilesByKey has those of each key', async (t) => {
  const pairs = new PureEngine().range(0, 2000, 1, 4).map((i) => [i % 2, i])
  const found = await pairs.percentilesByKey([0, 50, 100]).collectAsMap()
  t.deepEqual(
    found.get(0)?.map((value) => Math.round((value ?? NaN) / 100)),
    [0, 10, 20],
  )
  t.is(found.get(1)?.[2], 1999)
})

test('sampleByKeyExact has exactly the share of each key, the same for a seed', async (t) => {
  const fraction = fc.constantFrom(0, 0.1, 0.5, 1)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 60 }),
      slices,
      fc.tuple(fraction, fraction, fraction),
      fc.boolean(),
      fc.integer(),
      async (keys, n, shares, withReplacement, seed) => {
        const pairs = new PureEngine().parallelize(keys, n).zipWithIndex()
        const fractions = new Map(shares.map((share, key) => [key, share] as const))
        const sample = pairs.sampleByKeyExact(withReplacement, fractions, seed)
        const rows = await sample.collect()
        for (const [key, share] of fractions) {
          const total = keys.filter((each) => each === key).length
          const found = rows.filter(([each]) => each === key).map(([, at]) => at)
          t.is(found.length, Math.ceil(share * total))
          if (!withReplacement) t.is(new Set(found).size, found.length)
        }
        t.deepEqual(await pairs.sampleByKeyExact(withReplacement, fractions, seed).collect(), rows)
      },
    ),
    { numRuns: 30 },
  )
})

test('sampleByKey has about the share of each key, and refuses a key without one', async (t) => {
  const pairs = new PureEngine().range(0, 9000, 1, 3).keyBy((i) => i % 3)
  const fractions = new Map([
    [0, 0],
    [1, 0.2],
    [2, 1],
  ])
  for (const withReplacement of [false, true]) {
    const counts = await pairs.sampleByKey(withReplacement, fractions, 5).countByKey()
    t.is(counts.get(0), undefined)
    t.true(Math.abs((counts.get(1) ?? 0) - 600) < 150)
    t.true(Math.abs((counts.get(2) ?? 0) - 3000) < (withReplacement ? 330 : 1))
  }
  await t.throwsAsync(pairs.sampleByKey(false, new Map([[0, 1]]), 1).count(), invalid)
  t.throws(() => pairs.sampleByKey(false, new Map([[0, 2]])), invalid)
  t.throws(() => pairs.sampleByKey(false, { 0: 1 } as never), invalid)
})

test('every stratum row is as likely as any other to be in an exact sample', async (t) => {
  const hits = upTo(20).map(() => 0)
  for (let seed = 0; seed < 300; seed += 1) {
    const pairs = new PureEngine().parallelize(upTo(20), 3).map((i) => ['k', i])
    const rows = await pairs.sampleByKeyExact(false, new Map([['k', 0.25]]), seed).collect()
    for (const [, i] of rows) hits[i] = (hits[i] ?? 0) + 1
  }
  // Of 300 samples, 75 have a given row; six standard deviations are 45.
  t.true(hits.every((count) => Math.abs(count - 75) < 45))
})

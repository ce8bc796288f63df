import test from 'ava'
import fc from 'fast-check'

import type { Pair, RDD } from '../../../../src/spark/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'
import { anyPairs, grouped, multiset, slices } from './multiset.ts'

const runs = { numRuns: 40 }

interface Sides {
  readonly key: unknown
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** By key: the values of both sides. */
function sides(
  left: readonly Pair<unknown, number>[],
  right: readonly Pair<unknown, number>[],
): Sides[] {
  const [ours, theirs] = [grouped(left), grouped(right)]
  return [...new Map([...theirs, ...ours])].map(([text, [key]]) => ({
    key,
    left: ours.get(text)?.[1] ?? [],
    right: theirs.get(text)?.[1] ?? [],
  }))
}

function joined(all: readonly Sides[], keepsLeft: boolean, keepsRight: boolean): unknown[] {
  return all.flatMap(({ key, left, right }) => {
    const lefts = keepsRight && left.length === 0 ? [undefined] : left
    const rights = keepsLeft && right.length === 0 ? [undefined] : right
    return lefts.flatMap((a) => rights.map((b) => [key, [a, b]]))
  })
}

test('the joins, cogroup and subtractByKey agree with maps of arrays', async (t) => {
  await fc.assert(
    fc.asyncProperty(anyPairs, anyPairs, slices, slices, async (left, right, n, m) => {
      const engine = new PureEngine()
      const ours = engine.parallelize<Pair<unknown, number>>(left, n)
      const theirs = engine.parallelize<Pair<unknown, number>>(right, m)
      const all = sides(left, right)
      const same = async (rdd: RDD<unknown>, expected: readonly unknown[]): Promise<void> => {
        t.deepEqual(multiset(await rdd.collect()), multiset(expected))
      }
      await same(
        ours.cogroup([theirs]),
        all.map(({ key, left: a, right: b }) => [key, [a, b]]),
      )
      await same(ours.join(theirs, m), joined(all, false, false))
      await same(ours.leftOuterJoin(theirs), joined(all, true, false))
      await same(ours.rightOuterJoin(theirs), joined(all, false, true))
      await same(ours.fullOuterJoin(theirs, n), joined(all, true, true))
      await same(
        ours.subtractByKey(theirs),
        all.flatMap(({ key, left: a, right: b }) =>
          b.length > 0 ? [] : a.map((value) => [key, value]),
        ),
      )
    }),
    runs,
  )
})

test('cogroup of four, by either name, has the values of each side by itself', async (t) => {
  const engine = new PureEngine()
  const one = (tag: string, keys: readonly number[]): RDD<Pair<number, string>> =>
    engine.parallelize(keys, 2).map((key) => [key, `${tag}${key}`])
  const [a, b, c, d] = [one('a', [1, 2]), one('b', [2]), one('c', [3]), one('d', [1, 1])]
  const expected = [
    [1, [['a1'], [], [], ['d1', 'd1']]],
    [2, [['a2'], ['b2'], [], []]],
    [3, [[], [], ['c3'], []]],
  ]
  t.deepEqual(multiset(await a.cogroup([b, c, d], 2).collect()), multiset(expected))
  t.deepEqual(multiset(await a.groupWith(b, c, d).collect()), multiset(expected))
  t.is((await a.groupWith(b).first())[1].length, 2)
})

test('joins of RDDs that lie by one partitioner do not shuffle', async (t) => {
  const engine = new PureEngine()
  const ours = engine
    .parallelize([1, 2, 3, 4], 2)
    .keyBy((row) => row % 2)
    .partitionBy(4)
  const sums = ours.reduceByKey((a, b) => a + b)
  const loose = engine.parallelize<Pair<number, string>>([[1, 'odd']], 1)
  const shuffles = (): number =>
    engine.effects.filter((effect) => effect.type === 'add-shuffle').length
  t.deepEqual(
    multiset(await ours.join(sums).collect()),
    multiset([
      [1, [1, 4]],
      [1, [3, 4]],
      [0, [2, 6]],
      [0, [4, 6]],
    ]),
  )
  t.is(shuffles(), 1)
  t.deepEqual(
    multiset(await sums.leftOuterJoin(loose).collect()),
    multiset([
      [1, [4, 'odd']],
      [0, [6, undefined]],
    ]),
  )
  t.is(shuffles(), 2)
  t.deepEqual(
    await sums
      .join(loose)
      .mapValues(([n]) => n)
      .collect(),
    [[1, 4]],
  )
  t.deepEqual(await loose.join(sums).values().collect(), [['odd', 4]])
  t.deepEqual(await sums.subtractByKey(loose).collect(), [[0, 6]])
})

test('a join of an RDD with itself computes what it shares once', async (t) => {
  const engine = new PureEngine()
  const pairs = engine.parallelize([1, 2], 2).keyBy((row) => row)
  t.deepEqual(
    multiset(await pairs.join(pairs).collect()),
    multiset([
      [1, [1, 1]],
      [2, [2, 2]],
    ]),
  )
})

test('a join names the row that is no pair', async (t) => {
  const engine = new PureEngine()
  const fine = engine.parallelize<Pair<number, number>>([[1, 1]], 1)
  const broken = engine.parallelize([5], 1) as unknown as typeof fine
  const error = await t.throwsAsync(fine.partitionBy(2).join(broken).collect())
  t.is((error as { code?: string } | undefined)?.code, 'TROUPE_SPARK_ROW_NOT_A_PAIR')
})

import test from 'ava'

import type { RDD } from '../../../src/spark/rdd/index.ts'
import type { Pair } from '../../../src/spark/shuffle/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

test('types follow the functions: pairs from tuples, rows from anything else', async (t) => {
  const words: RDD<string> = new PureEngine().parallelize(['a', 'bb'])
  const lengths: RDD<number> = words.map((word) => word.length)
  const pairs: RDD<Pair<string, number>> = words.map((word) => [word, 1])
  const letters: RDD<string> = words.flatMap((word) => word.split(''))
  const tagged: RDD<Pair<string, number>> = words.flatMap((word) => [[word, word.length]])
  const sums: RDD<Pair<string, number>> = pairs.reduceByKey((a, b) => a + b)
  t.is(await lengths.count(), 2)
  t.is(await letters.count(), 3)
  t.is(await tagged.count(), 2)
  t.is(await sums.count(), 2)
  // @ts-expect-error numbers have no keys
  t.notThrows(() => lengths.reduceByKey((a) => a))
})

type Loose = RDD<Pair<string, unknown>>

const operations: Readonly<Record<string, (rows: Loose) => RDD<unknown>>> = {
  reduceByKey: (rows) => rows.reduceByKey((a) => a),
  groupByKey: (rows) => rows.groupByKey(),
  combineByKey: (rows) =>
    rows.combineByKey(
      (value) => value,
      (one) => one,
      (one) => one,
    ),
  partitionBy: (rows) => rows.partitionBy(2),
  sortByKey: (rows) => rows.sortByKey(),
  mapValues: (rows) => rows.mapValues((value) => value),
  keys: (rows) => rows.keys(),
  values: (rows) => rows.values(),
}

for (const [operation, apply] of Object.entries(operations)) {
  test(`what no compiler has checked: ${operation} names the row that is no pair`, async (t) => {
    for (const row of ['ab', 5, null, { key: 'a', value: 1 }, ['a'], ['a', 1, 2], undefined]) {
      const rows = new PureEngine().parallelize<unknown>([['fine', 1], row]) as unknown as Loose
      const error = await t.throwsAsync(apply(rows).collect(), {
        code: 'TROUPE_SPARK_ROW_NOT_A_PAIR',
      })
      t.true(error.message.startsWith(`${operation} got the row ${JSON.stringify(row)}`))
    }
  })
}

test('a reduction in place names the row that is no pair, and shortens what it shows', async (t) => {
  const partitioned = (new PureEngine().parallelize([['a', 1]]) as unknown as Loose).partitionBy(2)
  const broken = partitioned.mapValues((value) => value)
  const rows = broken.reduceByKey((a) => a)
  t.deepEqual(await rows.collect(), [['a', 1]])
  const long = new PureEngine().parallelize(['x'.repeat(1000)]) as unknown as Loose
  const error = await t.throwsAsync(long.groupByKey().collect())
  t.true(error.message.length < 200)
})

test('methods of pairs and numbers are there on RDDs of these only, and keys keep their types', async (t) => {
  const engine = new PureEngine()
  const ages: RDD<Pair<string, number>> = engine.parallelize<Pair<string, number>>([['a', 1]])
  const names: RDD<Pair<string, string>> = ages.mapValues(async (age) => String(age))
  const joined: RDD<Pair<string, [number, string | undefined]>> = ages.leftOuterJoin(names)
  const grouped: RDD<Pair<string, [number[], string[]]>> = ages.cogroup([names])
  const lists: RDD<Pair<string, number[]>> = ages.topByKey(1)
  const lengths: RDD<number> = names.map(async ([key]) => key.length)
  const crossed: RDD<Pair<number, Pair<string, string>>> = lengths.cartesian(names)
  const even: RDD<string> = lengths.collect((n) => (n % 2 === 0 ? String(n) : undefined))
  t.is((await ages.countByKey()).get('a'), 1)
  t.is(await lengths.sum(), 1)
  t.deepEqual(await joined.collect(), [['a', [1, '1']]])
  t.is(await grouped.count(), 1)
  t.deepEqual(await lists.values().first(), [1])
  t.is(await crossed.count(), 1)
  t.true(await even.isEmpty())
  // @ts-expect-error texts can't be added up
  await t.throwsAsync(names.keys().sum())
  // @ts-expect-error numbers have no keys
  await t.throwsAsync(lengths.join(ages).count())
  // @ts-expect-error keys of another type never meet
  t.notThrows(() => ages.join(lengths.keyBy((n) => n)))
})

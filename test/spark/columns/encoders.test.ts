import test from 'ava'
import fc from 'fast-check'

import { Encoders, RowEncoder, Scratch } from '../../../src/spark/columns/index.ts'
import { Encoders as PublicEncoders, SparkContext, type RDD } from '../../../src/spark/index.ts'
import { SparkError } from '../../../src/spark/errors.ts'

const nested = Encoders.tuple(
  Encoders.string,
  Encoders.tuple(Encoders.int, Encoders.double, Encoders.string),
)
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('\ud83d'))
const row = fc.tuple(text, fc.tuple(fc.integer(), fc.double(), text))

function isWellFormed(each: string): boolean {
  return Buffer.from(each).toString() === each
}

test('rows of a declared type are the same rows as columns, unless a text has no UTF-8', (t) => {
  const encoder = new RowEncoder(nested.schema, 0)
  const scratch = new Scratch()
  let columns = 0
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      scratch.reset()
      const batch = encoder.encode(rows, scratch)
      const hasBytes = rows.every(([a, [, , b]]) => isWellFormed(a) && isWellFormed(b))
      t.is(batch !== undefined, hasBytes)
      if (batch === undefined) return
      columns += 1
      t.deepEqual(batch.slice(0, batch.rows), rows)
      t.true(new RowEncoder(nested.schema, 0).isOfType(batch))
      t.is(
        new RowEncoder(Encoders.tuple(Encoders.string, Encoders.int).schema, 0).isOfType(batch),
        false,
      )
    }),
  )
  t.true(columns > 0)
})

const wrong: readonly (readonly [unknown, string])[] = [
  [['a', [1, 2, 'b', 4]], 'got [1,2,"b",4] at [1] of row 1 of partition 3'],
  [['a', [1.5, 2, 'b']], 'got 1.5 at [1][0] of row 1 of partition 3, where Encoders.int'],
  [['a', [2 ** 31, 2, 'b']], 'got 2147483648 at [1][0]'],
  [['a', [1, '2', 'b']], 'got "2" at [1][1] of row 1 of partition 3, where Encoders.double'],
  [[undefined, [1, 2, 'b']], 'got undefined at [0] of row 1 of partition 3, where Encoders.string'],
  [['a', [1, 2n, 'b']], 'got 2n at [1][1]'],
  [{ a: 1 }, 'got {"a":1} as row 1 of partition 3, where Encoders.tuple(Encoders.string, '],
]

for (const [value, said] of wrong) {
  test(`what is something else is refused by its place: ${said}`, (t) => {
    const encoder = new RowEncoder(nested.schema, 3)
    encoder.check([['right', [1, NaN, 'row']]])
    const error = t.throws(() => encoder.encode([value], new Scratch()), { instanceOf: SparkError })
    t.is(error.code, 'TROUPE_SPARK_ROW_NOT_OF_TYPE')
    t.true(error.message.includes(said), error.message)
  })
}

test('a type is one of those that are declared, and a tuple has items', async (t) => {
  t.throws(() => Encoders.tuple(), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'types' })
  t.throws(() => sc.parallelize([1]).as(String as never), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  await sc.stop()
})

test('declared rows go on as columns and give what rows give; others fail their job', async (t) => {
  const results: unknown[] = []
  for (const recognition of ['true', 'false']) {
    const conf = { 'spark.troupe.recognition': recognition }
    const sc = await SparkContext.create({ master: 'local[2]', appName: 'declared', conf })
    const declared = PublicEncoders.tuple(PublicEncoders.string, PublicEncoders.double)
    const pairs: RDD<readonly [string, number]> = sc
      .parallelize(['a,1', 'b,2.5', 'a,-3', 'é,4'], 3)
      .map((line) => JSON.parse(`["${line.replace(',', '",')}]`) as [string, number])
      .as(declared)
    const sums = await pairs.reduceByKey((a, b) => a + b, 2).collect()
    const joined = await pairs
      .leftOuterJoin(
        pairs.filter(([, value]) => value > 2),
        2,
      )
      .collect()
    const isColumns = await pairs.mapPartitions((rows) => [rows.nextAny !== undefined]).collect()
    results.push([sums.map(String).sort(), joined.map(String).sort()])
    t.deepEqual(
      isColumns,
      Array.from({ length: 3 }, () => recognition === 'true'),
    )
    const failing = pairs.map(([key]) => [key, key] as const).as(declared)
    const error = await t.throwsAsync(failing.count(), { code: 'TROUPE_SPARK_JOB_FAILED' })
    t.regex(
      error.message,
      /as\(Encoders\.tuple\(Encoders\.string, Encoders\.double\)\) got "[abé]" at \[1\]/,
    )
    await sc.stop()
  }
  t.deepEqual(results[0], results[1])
})

test('typed arrays and ranges are columns of numbers, and the rows that plain arrays are', async (t) => {
  const sc = await SparkContext.create({ master: 'local[2]', appName: 'numbers' })
  const plain = Array.from({ length: 9000 }, (_, i) => i - 4500)
  for (const rows of [
    sc.parallelize(Float64Array.from(plain), 3),
    sc.parallelize(Int16Array.from(plain), 3),
    sc.range(-4500, 4500, 1, 3),
  ]) {
    t.deepEqual(await rows.collect(), plain)
    t.is(
      await rows
        .filter((each) => each > 0)
        .map((each) => each * 2)
        .reduce((a, b) => a + b),
      4499 * 4500,
    )
    t.is(
      (
        await rows
          .map((each) => [each % 7, each] as const)
          .reduceByKey((a, b) => a + b)
          .collect()
      ).length,
      13,
    )
    t.deepEqual(await rows.mapPartitions((each) => [each.nextAny !== undefined]).collect(), [
      true,
      true,
      true,
    ])
  }
  t.throws(() => sc.parallelize(new BigInt64Array(1) as never), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
  })
  await sc.stop()
})

import test from 'ava'
import fc from 'fast-check'

import { PureEngine } from '../../engine/pure-engine.ts'
import { slices } from './multiset.ts'

const tooMany = { code: 'TROUPE_SPARK_TOO_MANY_BAD_RECORDS' }

function parse(text: string): number {
  const value = Number(text)
  if (Number.isNaN(value)) throw new RangeError(`no number: ${text}`)
  return value
}

test('rows that fail are left out, of map, filter and flatMap, sync and async', async (t) => {
  const texts = fc.array(fc.constantFrom('1', '2', 'x', '4'), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(texts, slices, fc.boolean(), async (rows, n, isLater) => {
      const rdd = new PureEngine().parallelize(rows, n).tolerate(1)
      const good = rows.filter((row) => row !== 'x')
      const f = isLater ? async (row: string) => parse(row) : parse
      t.deepEqual(await rdd.map(f).collect(), good.map(Number))
      t.deepEqual(
        await rdd.filter((row) => parse(row) > 1).collect(),
        good.filter((row) => row !== '1'),
      )
      const twice = rdd.flatMap(function* (row) {
        yield row
        yield String(parse(row))
      })
      t.deepEqual(
        await twice.collect(),
        good.flatMap((row) => [row, row]),
      )
    }),
    { numRuns: 30 },
  )
})

test('more than the rate fails, with the last failure as its cause', async (t) => {
  const rows = Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 'x' : String(i)))
  const rdd = new PureEngine().parallelize(rows, 1)
  t.is(await rdd.tolerate(0.1).map(parse).count(), 90)
  const error = await t.throwsAsync(rdd.tolerate(0.09).map(parse).count(), tooMany)
  t.regex(error.message, /10 of 100 records of partition 0 .*no number: x/)
  t.is((error.cause as Error).message, 'no number: x')
})

test('far too many bad rows are given up before the end', async (t) => {
  let seen = 0
  const rdd = new PureEngine().range(0, 100_000, 1, 1).tolerate(0.01)
  const failing = rdd.map(() => {
    seen += 1
    throw new RangeError('bad')
  })
  await t.throwsAsync(failing.count(), tooMany)
  // Four tries of at most a batch.
  t.true(seen <= 4 * 4096, `${seen}`)
})

test('bad rows are handed to who asks for them; a rate that is none is refused', async (t) => {
  const bad: unknown[] = []
  const rdd = new PureEngine().parallelize(['1', 'x'], 1)
  const onBad = (row: string, error: unknown): void => void bad.push([row, String(error)])
  await rdd.tolerate(1, { onBad }).map(parse).count()
  t.deepEqual(bad, [['x', 'RangeError: no number: x']])
  for (const rate of [-0.1, 1.1, NaN, '1' as never]) {
    t.throws(() => rdd.tolerate(rate), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})

test('evaluators are made in each task and see partitions by index', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.parallelize([1, 2, 3, 4], 2)
  const factory = {
    createEvaluator: () => ({
      eval: async (index: number, ...all: { toArray(): Promise<number[]> }[]) => {
        const rows = await Promise.all(all.map((each) => each.toArray()))
        return [[index, ...rows.flat()]]
      },
    }),
  }
  t.deepEqual(await rdd.mapPartitionsWithEvaluator(factory).collect(), [
    [0, 1, 2],
    [1, 3, 4],
  ])
  t.deepEqual(await rdd.zipPartitionsWithEvaluator(rdd, factory).collect(), [
    [0, 1, 2, 1, 2],
    [1, 3, 4, 3, 4],
  ])
})

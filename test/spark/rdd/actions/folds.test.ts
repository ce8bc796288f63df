import test from 'ava'
import fc from 'fast-check'

import { PureEngine } from '../../engine/pure-engine.ts'
import { slices } from '../operators/multiset.ts'

const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 40 })
const add = (a: number, b: number): number => a + b
const addLater = async (a: number, b: number): Promise<number> => a + b
const many = fc.integer({ min: 1, max: 40 })

test('reduce, fold and aggregate, plain and by tree, agree with arrays', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      numbers,
      many,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(add, addLater),
      async (rows, n, depth, f) => {
        const rdd = new PureEngine().parallelize(rows, n)
        const sum = rows.reduce(add, 0)
        t.is(await rdd.fold(0, f), sum)
        t.is(await rdd.treeAggregate(0, f, f, { depth }), sum)
        t.deepEqual(
          await rdd.aggregate<number[]>(
            [],
            (list, row) => (list.push(row), list),
            (a, b) => [...a, ...b],
          ),
          rows,
        )
        const empty = { code: 'TROUPE_SPARK_EMPTY_COLLECTION' }
        if (rows.length === 0) {
          await t.throwsAsync(rdd.reduce(f), empty)
          await t.throwsAsync(rdd.treeReduce(f), empty)
        } else {
          t.is(await rdd.reduce(f), sum)
          t.is(await rdd.treeReduce(f, { depth }), sum)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('a tree merges partial results on executors: the driver gets few', async (t) => {
  const engine = new PureEngine()
  const rdd = engine.range(0, 1000, 1, 64)
  t.is(await rdd.treeReduce(add), 499_500)
  const results = engine.launches.filter(({ isResult }) => isResult).length
  t.true(results < 16, `${results} results`)
  await t.throwsAsync(rdd.treeReduce(add, { depth: 0 }), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('a zero belongs to each partition alone', async (t) => {
  const zero = { sum: 0 }
  const total = await new PureEngine().parallelize([1, 2, 3, 4], 3).aggregate(
    zero,
    (acc, row) => ((acc.sum += row), acc),
    (a, b) => ((a.sum += b.sum), a),
  )
  t.deepEqual(total, { sum: 10 })
  t.deepEqual(zero, { sum: 0 })
})

test('foreachPartition hands over the rows of each partition, and closes what is left', async (t) => {
  const seen: number[][] = []
  const rdd = new PureEngine().parallelize([1, 2, 3, 4, 5], 2)
  await rdd.foreachPartition(async (rows) => {
    for await (const row of rows) {
      seen.push([row])
      if (row === 3) break
    }
  })
  t.deepEqual(seen, [[1], [2], [3]])
})

test('collect with a function leaves out what it answers undefined for', async (t) => {
  await fc.assert(
    fc.asyncProperty(numbers, slices, async (rows, n) => {
      const halves = new PureEngine()
        .parallelize(rows, n)
        .collect((row) => (row % 2 === 0 ? row / 2 : undefined))
      t.deepEqual(
        await halves.collect(),
        rows.filter((row) => row % 2 === 0).map((row) => row / 2),
      )
    }),
    { numRuns: 30 },
  )
})

test('isEmpty looks at as few partitions as it needs', async (t) => {
  const engine = new PureEngine()
  t.true(await engine.parallelize([], 5).isEmpty())
  t.true(await engine.emptyRDD().isEmpty())
  const before = engine.launches.length
  t.false(await engine.parallelize([1, 2, 3], 3).isEmpty())
  t.is(engine.launches.length, before + 1)
})

import test from 'ava'

import {
  RDD,
  narrow,
  packRdds,
  rebuildRdds,
  type Partition,
  type TaskContext,
} from '../../../src/spark/rdd/index.ts'
import type { Batches } from '../../../src/spark/batches/index.ts'
import { createOperator } from '../../../src/spark/rdd/operator-table.ts'
import { PureEngine } from '../engine/pure-engine.ts'

/** Adds a number to every row of another RDD. */
class PlusRDD extends RDD<number> {
  readonly parent: RDD<number>
  readonly plus: number

  constructor(parent: RDD<number>, plus: number) {
    super(parent.context, [narrow(parent)])
    this.parent = parent
    this.plus = plus
  }

  getPartitions(): Promise<readonly Partition[]> {
    return this.parent.partitions()
  }

  async *compute(split: Partition, context: TaskContext): AsyncIterable<number> {
    const rows: Batches<number> = this.parent.iterator(split, context)
    for await (const row of rows) yield row + this.plus
  }
}

test('an RDD of the user travels by its class and fields, its parent by its place in the stage', async (t) => {
  const rdd = new PlusRDD(new PureEngine().parallelize([1, 2, 3], 1), 10)
  t.deepEqual(
    packRdds(rdd).map(({ kind, parents }) => [kind, parents]),
    [
      ['parallelize', []],
      ['user', [0]],
    ],
  )
  t.deepEqual(await rdd.map((row) => -row).collect(), [-11, -12, -13])
})

test('a stage ends at a shuffle: what lies behind it stays at home', (t) => {
  const rdd = new PureEngine()
    .parallelize([1])
    .keyBy((row) => row)
    .reduceByKey((a, b) => a + b, 2)
    .values()
  t.deepEqual(
    packRdds(rdd).map(({ kind }) => kind),
    ['shuffled', 'values'],
  )
})

test('an RDD that was made again on an executor refuses jobs', async (t) => {
  const rebuilt: RDD<unknown> = rebuildRdds(
    packRdds(new PureEngine().parallelize([1]).map((row) => row)),
  )
  await t.throwsAsync(
    async () => {
      await rebuilt.count()
    },
    { code: 'TROUPE_SPARK_NESTED_RDD' },
  )
})

test('an operator nobody has registered is refused with the names of those known', (t) => {
  const error = t.throws(() => createOperator<RDD<unknown>>('teleport', new PureEngine(), [], {}), {
    code: 'TROUPE_SPARK_OPERATOR_UNKNOWN',
  })
  t.regex(error.message, /"teleport".*flatMap/)
})

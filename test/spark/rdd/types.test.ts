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

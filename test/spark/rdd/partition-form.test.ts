import test from 'ava'
import fc from 'fast-check'

import { deepPartition, flatPartition, type Partition } from '../../../src/spark/rdd/index.ts'
import { codec } from '../engine/codec.ts'

/** Partitions of any narrow lineage: of files, of one parent, of several, of parents of which one is not read. */
const { partition } = fc.letrec<{ partition: Partition }>((tie) => {
  const index = fc.nat(9)
  return {
    partition: fc.oneof(
      { depthSize: 'medium' },
      fc.record({ index }),
      fc.record({ index, rows: fc.array(fc.integer()) }),
      fc.record({ index, parent: fc.nat(3), split: tie('partition') }),
      fc.record({
        index,
        splits: fc.array(fc.option(tie('partition'), { nil: undefined })),
      }),
      // Of a user's own RDD, whatever it calls so.
      fc.record({ index, split: fc.string(), splits: fc.array(fc.integer()) }),
    ),
  }
})

test('a partition is the same after its way', (t) => {
  fc.assert(
    fc.property(partition, (given) => {
      const travelled = codec.decode(codec.encode(flatPartition(given)))
      t.deepEqual(deepPartition(travelled), given)
    }),
  )
})

test('a partition of ten thousand in each other is as shallow as one', (t) => {
  let deep: Partition = { index: 0 }
  for (let i = 1; i <= 10_000; i += 1) deep = { index: i, split: deep } as Partition
  let found: unknown = deepPartition(codec.decode(codec.encode(flatPartition(deep))))
  for (let i = 10_000; i > 0; i -= 1) {
    const { index, split } = found as { index: number; split: unknown }
    if (index !== i) t.fail(`partition ${index} in place of ${i}`)
    found = split
  }
  t.deepEqual(found, { index: 0 })
})

test('what two partitions have in common travels once', (t) => {
  const shared = { index: 7, rows: [1, 2, 3] }
  const flat = flatPartition({ index: 0, splits: [shared, shared] } as Partition)
  t.is(JSON.stringify(flat).split('rows').length, 2)
  const { splits } = deepPartition(flat) as unknown as { splits: readonly unknown[] }
  t.is(splits[0], splits[1])
})

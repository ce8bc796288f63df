import test from 'ava'

import { Batches, columnBatches, type AnyBatch } from '../../../src/spark/batches/index.ts'
import { ColumnBatch } from '../../../src/spark/columns/index.ts'
import { TaskMemoryManager, boundlessMemory } from '../../../src/spark/memory/index.ts'
import { reduceColumns } from '../../../src/spark/rdd/operators/reduce-columns.ts'
import type { TaskContext } from '../../../src/spark/rdd/index.ts'
import type { Aggregator, Pair } from '../../../src/spark/shuffle/index.ts'

const sums: Aggregator = {
  type: 'reduce',
  merge: (a: unknown, b: unknown) => (a as number) + (b as number),
}

function contextThat(throwIfCancelled: () => void): TaskContext {
  const memory = new TaskMemoryManager(1, boundlessMemory)
  return { recognises: true, memory, throwIfCancelled } as unknown as TaskContext
}

function column(): ColumnBatch {
  return new ColumnBatch(
    1,
    [
      { type: 'number', values: Float64Array.of(1) },
      { type: 'number', values: Float64Array.of(2) },
    ],
    [0, 1],
  )
}

function source(pull: () => AnyBatch<Pair> | undefined): {
  readonly pairs: Batches<Pair>
  readonly closed: () => number
} {
  let closed = 0
  const pairs = columnBatches<Pair>(pull, () => {
    closed += 1
  })
  return { pairs, closed: () => closed }
}

test('a reducer that is cancelled or whose input fails closes it', async (t) => {
  const onRows = (): Promise<Batches<Pair>> => Promise.resolve(new Batches<Pair>(() => undefined))
  const endless = source(column)
  let batches = 0
  const cancelled = contextThat(() => {
    batches += 1
    if (batches === 3) throw new RangeError('cancelled')
  })
  await t.throwsAsync(reduceColumns(endless.pairs, sums, cancelled, onRows), {
    message: 'cancelled',
  })
  t.is(endless.closed(), 1)
  const broken = source(() => {
    throw new RangeError('broken')
  })
  const context = contextThat(() => {})
  await t.throwsAsync(reduceColumns(broken.pairs, sums, context, onRows), { message: 'broken' })
  t.is(broken.closed(), 1)
})

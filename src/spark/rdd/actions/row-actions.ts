import type { Batches } from '../../batches/index.ts'
import { ColumnBatch } from '../../columns/index.ts'
import { boundKey, requirePairs, type KeySample, type Pair } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/** All rows. */
export async function collect(rows: Batches<unknown>, context: TaskContext): Promise<unknown[]> {
  const collected: unknown[] = []
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (const row of batch) collected.push(row)
  })
  return collected
}

/** The number of rows. */
export async function count(rows: Batches<unknown>, context: TaskContext): Promise<number> {
  let total = 0
  await rows.forEachAnyBatch((batch) => {
    context.throwIfCancelled()
    total += batch instanceof ColumnBatch ? batch.rows : batch.length
  })
  return total
}

/** The first `n` rows; does not pull further. */
export async function take(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly n: number },
): Promise<unknown[]> {
  const taken: unknown[] = []
  if (props.n === 0) {
    await rows.close()
    return taken
  }
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    for (const row of batch) if (taken.length < props.n) taken.push(row)
    return taken.length < props.n
  })
  return taken
}

/** Calls `f` with every row, one after the other. */
export async function foreach(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly f: (row: unknown) => unknown },
): Promise<void> {
  const { f } = props
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    for (const row of batch) {
      const answer = f(row)
      if (answer instanceof Promise) await answer
    }
  })
}

/** Keys drawn evenly from a partition (a reservoir of `size`), with the number of its rows. */
export async function sampleKeys(
  rows: Batches<Pair>,
  context: TaskContext,
  props: { readonly size: number },
): Promise<KeySample> {
  const keys: unknown[] = []
  let total = 0
  let random = 0x9e3779b9 ^ Math.imul(context.partitionId + 1, 0x85ebca6b)
  await rows.forEachBatch((batch) => {
    context.throwIfCancelled()
    requirePairs(batch, 'sortByKey')
    for (const [key] of batch) {
      total += 1
      if (keys.length < props.size) {
        keys.push(boundKey(key))
        continue
      }
      // xorshift32, seeded by the partition: a rerun draws the same keys.
      random ^= random << 13
      random ^= random >>> 17
      random ^= random << 5
      const at = (random >>> 0) % total
      if (at < props.size) keys[at] = boundKey(key)
    }
  })
  return { keys, rows: total }
}

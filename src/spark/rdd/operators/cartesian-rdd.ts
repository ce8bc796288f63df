import { BATCH_ROWS, Batches, type Batch } from '../../batches/index.ts'
import type { Pair } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { countOf, narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

interface CartesianPartition extends Partition {
  /** Of the left and of the right. */
  readonly splits: readonly [Partition, Partition]
}

/**
 * Every row of one RDD beside every row of another.
 *
 * partitions: every partition of the left beside every one of the right, the left one's first; dependencies: two
 * narrow ones; partitioner: none. A partition of the right is read once for each batch of the left.
 */
export class CartesianRDD<T, U> extends RDD<Pair<T, U>> {
  readonly #left: RDD<T>
  readonly #right: RDD<U>

  constructor(context: RddContext, parents: readonly RDD<never>[]) {
    const [left, right] = parents as readonly [RDD<never>, RDD<never>]
    super(context, [
      narrow(left, (partition) => [Math.floor(partition / countOf(right))]),
      narrow(right, (partition) => [partition % countOf(right)]),
    ])
    this.#left = left
    this.#right = right
  }

  async getPartitions(): Promise<readonly CartesianPartition[]> {
    const rights = await this.#right.partitions()
    return (await this.#left.partitions()).flatMap((left, at) =>
      rights.map((right, i) => ({ index: at * rights.length + i, splits: [left, right] as const })),
    )
  }

  compute(split: Partition, context: TaskContext): Batches<Pair<T, U>> {
    const [left, right] = (split as CartesianPartition).splits
    const lefts = this.#left.iterator(left, context)
    return crossed(lefts, () => this.#right.iterator(right, context), context)
  }

  override toSpec(): OperatorSpec {
    return { kind: 'cartesian', props: {} }
  }
}

function crossed<T, U>(
  lefts: Batches<T>,
  open: () => Batches<U>,
  context: TaskContext,
): Batches<Pair<T, U>> {
  const source = products(lefts, open, context)
  return new Batches(
    async () => {
      const step = await source.next()
      return step.done === true ? undefined : step.value
    },
    async () => {
      await source.return(undefined)
      await lefts.close()
    },
  )
}

async function* products<T, U>(
  lefts: Batches<T>,
  open: () => Batches<U>,
  context: TaskContext,
): AsyncGenerator<Batch<Pair<T, U>>, undefined, undefined> {
  for (let ours = await lefts.next(); ours !== undefined; ours = await lefts.next()) {
    if (ours.length === 0) continue
    const rights = open()
    try {
      for (let theirs = await rights.next(); theirs !== undefined; theirs = await rights.next()) {
        context.throwIfCancelled()
        yield* cross(ours, theirs)
      }
    } finally {
      await rights.close()
    }
  }
  return undefined
}

/** In batches of at most their bound. */
function* cross<T, U>(ours: Batch<T>, theirs: Batch<U>): Iterable<Batch<Pair<T, U>>> {
  let out: Pair<T, U>[] = []
  for (const left of ours) {
    for (const right of theirs) {
      out.push([left, right])
      if (out.length < BATCH_ROWS) continue
      yield out
      out = []
    }
  }
  if (out.length > 0) yield out
}

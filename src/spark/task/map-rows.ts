import { rowsOf, type AnyBatch, type Batches } from '../batches/index.ts'
import { ColumnBatch, ColumnCombiner, hashPartitioned, pairColumns } from '../columns/index.ts'
import type { TaskMemory } from '../memory/index.ts'
import type { TaskContext } from '../rdd/index.ts'
import {
  HashPartitioner,
  HeldMemory,
  RangePartitioner,
  mergingOf,
  operationOf,
  requirePairs,
  type Aggregator,
  type Pair,
  type Partitioner,
  type ShuffleWriter,
} from '../shuffle/index.ts'

/** Combined rows that are dealt to their partitions at a time: so many of each, and so many altogether. */
const ROWS_OF_PART = 2048
const FEWEST_DRAINED = 32 << 10

/** Where the rows of a map task go. */
interface MapTarget {
  readonly writer: ShuffleWriter
  readonly partitioner: Partitioner
  readonly aggregator: Aggregator | undefined
}

/**
 * Hands the rows of a map task to its writer: columns as columns where the partitioner is by hash and the
 * aggregator, if there is one, is of a known shape; everything else as rows.
 *
 * @throws TROUPE_SPARK_ROW_NOT_A_PAIR
 */
export async function writeMapRows(
  rows: Batches<Pair>,
  target: MapTarget,
  context: TaskContext,
): Promise<void> {
  const columns = context.recognises ? new ColumnWriter(target, context.memory) : undefined
  const operation = operationOf(target.aggregator, target.partitioner)
  const writeRows = async (batches: readonly (readonly Pair[])[]): Promise<void> => {
    for (const batch of batches) {
      requirePairs(batch, operation)
      await target.writer.write(batch)
    }
  }
  const take = (batch: AnyBatch<Pair>): void | Promise<void> => {
    context.throwIfCancelled()
    if (!(batch instanceof ColumnBatch)) {
      requirePairs(batch, operation)
      return target.writer.write(batch)
    }
    const written = columns?.write(batch)
    return written === undefined ? writeRows(rowsOf<Pair>(batch)) : written.spilling
  }
  if (columns?.isOpen === true) await rows.forEachAnyBatch(take)
  else await rows.forEachBatch(take)
  await columns?.finish()
}

class ColumnWriter {
  readonly #writer: ShuffleWriter
  readonly #numPartitions: number | undefined
  readonly #ranges: RangePartitioner | undefined
  /** Whether rows are written as they come. */
  readonly #isPlain: boolean
  readonly #combiner: ColumnCombiner | undefined
  readonly #memory: HeldMemory

  constructor({ writer, partitioner, aggregator }: MapTarget, memory: TaskMemory) {
    this.#writer = writer
    // Its tables are written out when they are full, not between two batches.
    this.#memory = new HeldMemory(memory, 'tables of columns', () => Promise.resolve(0))
    this.#numPartitions =
      partitioner instanceof HashPartitioner ? partitioner.numPartitions : undefined
    this.#ranges = partitioner instanceof RangePartitioner ? partitioner : undefined
    this.#isPlain = aggregator === undefined || aggregator.type === 'group'
    const merging = mergingOf(aggregator)
    this.#combiner = merging === undefined ? undefined : new ColumnCombiner(merging, 'map')
  }

  /** Whether it takes any columns at all. */
  get isOpen(): boolean {
    if (this.#ranges !== undefined) return this.#isPlain
    return this.#numPartitions !== undefined && (this.#isPlain || this.#combiner !== undefined)
  }

  /** Takes a batch, or answers undefined when it is to go by rows. */
  write(batch: ColumnBatch): { readonly spilling: void | Promise<void> } | undefined {
    if (this.#ranges !== undefined) return this.#writeByRange(batch, this.#ranges)
    if (this.#isPlain) {
      const parts = this.#partitioned(batch)
      return parts === undefined ? undefined : { spilling: this.#writer.writeColumns(parts) }
    }
    if (this.#combiner?.add(batch) !== true) return undefined
    const fits = this.#memory.reach(this.#combiner.bytes)
    return { spilling: fits === true ? undefined : this.#finishUnless(fits) }
  }

  /** As records, which are what is sorted. */
  #writeByRange(
    batch: ColumnBatch,
    ranges: RangePartitioner,
  ): { readonly spilling: void | Promise<void> } | undefined {
    const [keys, values] = pairColumns(batch) ?? []
    if (keys === undefined || values === undefined) return undefined
    const partitions = ranges.partitionsOf(keys, batch.rows)
    if (partitions === undefined) return undefined
    return { spilling: this.#writer.writePairs(partitions, keys, values) }
  }

  /** Writes out what was combined. */
  async finish(): Promise<void> {
    const rows = Math.max(FEWEST_DRAINED, ROWS_OF_PART * (this.#numPartitions ?? 1))
    for (const batch of this.#combiner?.drain(rows) ?? []) {
      const parts = this.#partitioned(batch)
      if (parts !== undefined) await this.#writer.writeColumns(parts)
    }
    this.#memory.shrink(0)
  }

  async #finishUnless(fits: boolean | Promise<boolean>): Promise<void> {
    if (!(await fits)) await this.finish()
  }

  #partitioned(batch: ColumnBatch): readonly (ColumnBatch | undefined)[] | undefined {
    const { form } = batch
    if (typeof form === 'number' || form.length !== 2) return undefined
    return hashPartitioned(batch, this.#numPartitions ?? 1)
  }
}

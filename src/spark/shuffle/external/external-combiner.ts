import type { ReadFile } from '../../../platform/index.ts'
import { estimateBytes, BATCH_ROWS, Batches, type Batch } from '../../batches/index.ts'
import { KeyTable, compareKeys, hashKey } from '../../keys/index.ts'
import type { TaskMemory } from '../../memory/index.ts'
import type { Pair } from '../aggregator.ts'
import type { Combining } from '../combine.ts'
import { CursorHeap } from './cursor-heap.ts'
import { HeldMemory } from './held-memory.ts'
import { radixSort } from './radix-sort.ts'
import { RunCursor, RunWriter, type Run } from './run-file.ts'
import type { SpillSpace } from './spill-space.ts'

/** Of a key in the table, besides what it and its value take. */
const ENTRY_BYTES = 48
/** Entries that are looked at to estimate the bytes of all. */
const SAMPLES = 32
/** A table is looked at again when it has taken so much more. */
const GROWTH = 1.2

/** What a merge goes along. */
interface Cursor {
  readonly index: number
  hash: number
  key: unknown
  value: unknown
  next(): boolean | Promise<boolean>
}

/** A table in order of partition, and of the hashes of its keys within each. */
interface OrderedTable {
  readonly table: KeyTable
  readonly order: Uint32Array
  readonly hashes: Uint32Array
  /** Where each partition begins in `order`, and the end of the last. */
  readonly starts: readonly number[]
}

/**
 * Combines the values of each key, in memory as long as there is any: what does not fit is spilled in order of partition and of
 * the hashes of keys, and merged at the end, combiners of one key in the order in which they were made.
 *
 * @see ExternalAppendOnlyMap in Spark's util.collection
 */
export class ExternalCombiner {
  readonly #space: SpillSpace
  readonly #memory: HeldMemory
  readonly #combining: Combining
  readonly #numPartitions: number
  readonly #partitionOf: ((key: unknown) => number) | undefined
  #table = new KeyTable()
  /** Rows taken since the last spill. */
  #rows = 0
  #lookAgainAt = BATCH_ROWS
  #estimate = 0
  readonly #runs: Run[] = []
  /** The spill that is under way. */
  #spilling: Promise<void> | undefined
  #isReading = false
  /** A function of the user's is async, and the table is its own. */
  #isCombining = false
  #rest: OrderedTable | undefined
  #files: ReadFile[] | undefined

  /** `partitions`: how many there are, and which a key is in; one for all when absent. */
  constructor(options: {
    readonly space: SpillSpace
    readonly memory: TaskMemory
    readonly combining: Combining
    readonly name: string
    readonly partitions?: {
      readonly numPartitions: number
      readonly getPartition: (key: unknown) => number
    }
  }) {
    const { space, memory, combining, name, partitions } = options
    this.#space = space
    this.#combining = combining
    this.#numPartitions = partitions?.numPartitions ?? 1
    this.#partitionOf = partitions && ((key) => partitions.getPartition(key))
    this.#memory = new HeldMemory(memory, name, () => this.#spillForOthers())
  }

  /** Combines the pairs of a batch; a promise is to be awaited. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  add(batch: Batch<Pair>): void | Promise<void> {
    const later = this.#combining.combine(batch, this.#table)
    if (later === undefined) return this.#grown(batch.length)
    this.#isCombining = true
    return later.then(() => {
      this.#isCombining = false
      return this.#grown(batch.length)
    })
  }

  get spills(): number {
    return this.#runs.length
  }

  /** The pairs of the table as it is; only when nothing was spilled. */
  get table(): KeyTable | undefined {
    return this.#runs.length === 0 && this.#spilling === undefined ? this.#table : undefined
  }

  /** The combined pairs of all partitions, in order of partition; nothing can be added any more. */
  async finish(): Promise<Batches<Pair>> {
    await this.#settle()
    if (this.#runs.length > 0) {
      try {
        return await this.read(0)
      } catch (error) {
        await this.close()
        throw error
      }
    }
    return pairsOf(this.#table, () => {
      this.#release()
    })
  }

  /** The combined pairs of one partition, after {@link ExternalCombiner.openRuns}. Partitions are read in order. */
  async read(partition: number): Promise<Batches<Pair>> {
    const files = await this.openRuns()
    const rest = (this.#rest ??= this.#ordered(this.#table))
    const heap = new CursorHeap<Cursor>(
      (a, b) => a.hash < b.hash || (a.hash === b.hash && a.index < b.index),
    )
    for (const [index, { path, offsets }] of this.#runs.entries()) {
      const range = [offsets[partition] as number, offsets[partition + 1] as number] as const
      if (range[0] === range[1]) continue
      const file = files[index] as ReadFile
      const cursor = Object.assign(new RunCursor(this.#space, path, file, range), { index })
      if (await cursor.next()) heap.push(cursor)
    }
    const last = tableCursor(rest, partition, this.#runs.length)
    if (last.next()) heap.push(last)
    const isLast = partition === this.#numPartitions - 1
    return mergedBatches(heap, this.#combining.merge, () =>
      isLast ? this.close() : Promise.resolve(),
    )
  }

  /** Opens what was spilled. */
  async openRuns(): Promise<readonly ReadFile[]> {
    await this.#settle()
    if (this.#files !== undefined) return this.#files
    const files: ReadFile[] = (this.#files = [])
    for (const run of this.#runs) files.push(await this.#space.disk.open(run.path))
    return files
  }

  /** Gives back all that it holds. */
  async close(): Promise<void> {
    this.#release()
    for (const file of this.#files?.splice(0) ?? []) await file.close()
    for (const run of this.#runs.splice(0)) await this.#space.remove(run.path)
  }

  #grown(rows: number): void | Promise<void> {
    this.#rows += rows
    if (this.#table.size > this.#space.maxRecordsInMemory) return this.#spill()
    if (this.#rows >= this.#lookAgainAt) {
      this.#estimate = this.#sampledBytes()
      this.#lookAgainAt = Math.max(this.#rows + BATCH_ROWS, Math.floor(this.#rows * GROWTH))
    }
    const reached = this.#memory.reach(this.#estimate)
    if (reached === true) return undefined
    return this.#makeRoom(reached)
  }

  #sampledBytes(): number {
    const { keys, values } = this.#table
    const seen = Math.min(SAMPLES, keys.length)
    let bytes = 0
    for (let i = 0; i < seen; i += 1) {
      const number = Math.floor((i * keys.length) / seen)
      bytes += estimateBytes(keys[number]) + estimateBytes(values[number])
    }
    return seen === 0 ? 0 : Math.ceil(keys.length * (ENTRY_BYTES + bytes / seen))
  }

  async #makeRoom(reached: boolean | Promise<boolean>): Promise<void> {
    if (!(await reached)) await this.#spill()
  }

  async #spillForOthers(): Promise<number> {
    if (!this.#isReading && !this.#isCombining && this.#table.size > 0) await this.#spill()
    return 0
  }

  #settle(): Promise<void> | undefined {
    this.#isReading = true
    return this.#spilling
  }

  /** One after the other: runs are in the order in which their rows came. */
  #spill(): Promise<void> {
    const table = this.#table
    const heldBytes = this.#estimate
    this.#table = new KeyTable()
    this.#rows = this.#estimate = 0
    this.#lookAgainAt = BATCH_ROWS
    const before = this.#spilling ?? Promise.resolve()
    this.#spilling = before.then(async () => {
      if (table.size > 0) this.#runs.push(await this.#write(this.#ordered(table)))
      this.#space.counts.memoryBytesSpilled += heldBytes
      this.#memory.shrink(this.#estimate)
    })
    return this.#spilling
  }

  async #write({ table, order, hashes, starts }: OrderedTable): Promise<Run> {
    const writer = await RunWriter.create(this.#space)
    const { keys, values } = table
    try {
      for (let partition = 0; partition < this.#numPartitions; partition += 1) {
        const end = starts[partition + 1] as number
        for (let i = starts[partition] as number; i < end; i += 1) {
          const number = order[i] as number
          writer.page.addHash(hashes[number] as number)
          writer.page.add(keys[number], values[number])
          const written = writer.added()
          if (written !== undefined) await written
        }
        writer.endPartition()
      }
    } catch (error) {
      await writer.abort()
      throw error
    }
    return writer.finish()
  }

  #ordered(table: KeyTable): OrderedTable {
    const { keys, size } = table
    const hashes = new Uint32Array(size)
    const order = new Uint32Array(size)
    for (let i = 0; i < size; i += 1) {
      hashes[i] = hashKey(keys[i])
      order[i] = i
    }
    const byHash = size === 0 ? order : radixSort(order, new Uint32Array(size), hashes)
    if (this.#partitionOf === undefined) return { table, order: byHash, hashes, starts: [0, size] }
    const partitions = new Uint32Array(size)
    const starts = Array.from({ length: this.#numPartitions + 1 }, () => 0)
    for (let i = 0; i < size; i += 1) {
      const partition = (partitions[i] = this.#partitionOf(keys[i]))
      starts[partition + 1] = (starts[partition + 1] as number) + 1
    }
    for (let i = 1; i < starts.length; i += 1) {
      starts[i] = (starts[i] as number) + (starts[i - 1] as number)
    }
    const sorted = size === 0 ? byHash : radixSort(byHash, new Uint32Array(size), partitions)
    return { table, order: sorted, hashes, starts }
  }

  #release(): void {
    this.#table = new KeyTable()
    this.#rest = undefined
    this.#estimate = 0
    this.#memory.shrink(0)
  }
}

/** The pairs of a table, in order of its numbers. */
function pairsOf({ keys, values }: KeyTable, done: () => void): Batches<Pair> {
  let at = 0
  return new Batches(() => {
    if (at >= keys.length) {
      done()
      return undefined
    }
    const pairs: Pair[] = []
    for (const end = Math.min(keys.length, at + BATCH_ROWS); at < end; at += 1) {
      pairs.push([keys[at], values[at]])
    }
    return pairs
  }, done)
}

function tableCursor(
  { table, order, hashes, starts }: OrderedTable,
  partition: number,
  index: number,
): Cursor & { next(): boolean } {
  let at = starts[partition] as number
  const end = starts[partition + 1] as number
  const cursor = {
    index,
    hash: 0,
    key: undefined as unknown,
    value: undefined as unknown,
    next: (): boolean => {
      if (at >= end) return false
      const number = order[at] as number
      at += 1
      cursor.hash = hashes[number] as number
      cursor.key = table.keys[number]
      cursor.value = table.values[number]
      return true
    },
  }
  return cursor
}

/** Keys of one hash are all there before the first of them goes on. */
function mergedBatches(
  heap: CursorHeap<Cursor>,
  merge: (left: unknown, right: unknown) => unknown,
  close: () => Promise<void>,
): Batches<Pair> {
  const next = async (): Promise<Batch<Pair> | undefined> => {
    const pairs: Pair[] = []
    while (pairs.length < BATCH_ROWS) {
      const first = heap.top
      if (first === undefined) break
      const { hash } = first
      const keys: unknown[] = []
      const values: unknown[] = []
      for (let top = heap.top; top !== undefined && top.hash === hash; top = heap.top) {
        const { key, value } = top
        const known = keys.findIndex((each) => compareKeys(each, key) === 0)
        if (known < 0) {
          keys.push(key)
          values.push(value)
        } else {
          const merged = merge(values[known], value)
          values[known] = merged instanceof Promise ? await merged : merged
        }
        const moved = top.next()
        if (moved === true || (moved !== false && (await moved))) heap.topMoved()
        else heap.removeTop()
      }
      for (let i = 0; i < keys.length; i += 1) pairs.push([keys[i], values[i]])
    }
    if (pairs.length > 0) return pairs
    await close()
    return undefined
  }
  return new Batches(next, close)
}

import type { ReadFile } from '../../../platform/index.ts'
import { BATCH_ROWS, Batches, rowsOf, type Batch } from '../../batches/index.ts'
import { decodeColumns } from '../../columns/index.ts'
import { compareKeys } from '../../keys/index.ts'
import type { TaskMemory } from '../../memory/index.ts'
import type { Pair } from '../aggregator.ts'
import { COLUMNS, RecordPage, RecordReader } from '../records/index.ts'
import { CursorHeap } from './cursor-heap.ts'
import { HeldMemory } from './held-memory.ts'
import { RecordPlaces, orderOf } from './record-order.ts'
import { RunCursor, RunWriter, type Run } from './run-file.ts'
import type { SpillSpace } from './spill-space.ts'

/** For the place of a record, and to put it in order. */
const BYTES_A_RECORD = 20

/** What a merge goes along. */
interface Cursor {
  readonly index: number
  key: unknown
  value: unknown
  next(): boolean | Promise<boolean>
}

/**
 * Puts records in order of their keys without making them: pages of records are held as they came, and only the places of the
 * records are sorted, by the bytes of their keys where these are texts of Latin-1 or numbers. What memory does not hold is
 * spilled in order and merged. Records of equal keys stay in the order in which they came.
 *
 * @see SPARK-7081, and ExternalSorter in Spark's util.collection
 */
export class RecordSorter {
  readonly #space: SpillSpace
  readonly #memory: HeldMemory
  readonly #isAscending: boolean
  #places = new RecordPlaces()
  #pageBytes = 0
  #records = 0
  readonly #runs: Run[] = []
  /** The spill that is under way. */
  #spilling: Promise<void> | undefined
  #isReading = false

  constructor(space: SpillSpace, memory: TaskMemory, isAscending: boolean, name: string) {
    this.#space = space
    this.#isAscending = isAscending
    this.#memory = new HeldMemory(memory, name, () => this.#spillForOthers())
  }

  /** Takes pages, which must stay as they are; a promise is to be awaited. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  add(pages: readonly Uint8Array[]): void | Promise<void> {
    const before = this.#places.length
    for (const page of pages) {
      const reader = new RecordReader(this.#space.codec)
      const records = page[0] === COLUMNS ? this.#recordsOf(page) : page
      reader.open(records)
      this.#places.addPage(reader)
      this.#pageBytes += records.length
    }
    this.#records += this.#places.length - before
    if (this.#places.length > this.#space.maxRecordsInMemory) return this.#spill()
    const reached = this.#memory.reach(this.#heldBytes)
    if (reached === true) return undefined
    return this.#makeRoom(reached)
  }

  /** Records taken since the beginning. */
  get records(): number {
    return this.#records
  }

  /** All records, in order; nothing can be added any more. */
  async finish(): Promise<Batches<Pair>> {
    await this.#spilling
    this.#isReading = true
    if (this.#runs.length > 0) return this.#merged()
    const places = this.#places
    const batches = inOrder(places, orderOf(places, this.#isAscending))
    return new Batches(
      () => {
        const batch = batches()
        if (batch === undefined) this.#release()
        return batch
      },
      () => {
        this.#release()
      },
    )
  }

  /** A page of columns as one of records. */
  #recordsOf(page: Uint8Array): Uint8Array {
    const records = new RecordPage(this.#space.codec, 0, 2 * page.length)
    for (const batch of rowsOf<Pair>(decodeColumns(page.subarray(1)))) {
      for (const [key, value] of batch) records.add(key, value)
    }
    return records.view()
  }

  get #heldBytes(): number {
    return this.#pageBytes + BYTES_A_RECORD * this.#places.length
  }

  async #makeRoom(reached: boolean | Promise<boolean>): Promise<void> {
    if (!(await reached)) await this.#spill()
  }

  async #spillForOthers(): Promise<number> {
    if (this.#isReading || this.#places.length === 0) return 0
    await this.#spill()
    return 0
  }

  /** One after the other: runs are in the order in which their records came. */
  #spill(): Promise<void> {
    const places = this.#places
    const heldBytes = this.#heldBytes
    this.#places = new RecordPlaces()
    this.#pageBytes = 0
    const before = this.#spilling ?? Promise.resolve()
    this.#spilling = before.then(async () => {
      if (places.length > 0) this.#runs.push(await this.#write(places))
      this.#space.counts.memoryBytesSpilled += heldBytes
      this.#memory.shrink(this.#heldBytes)
    })
    return this.#spilling
  }

  async #write(places: RecordPlaces): Promise<Run> {
    const writer = await RunWriter.create(this.#space)
    try {
      const order = orderOf(places, this.#isAscending)
      for (let i = 0; i < order.length; i += 1) {
        const record = order[i] as number
        const reader = places.readers[places.pageOf[record] as number] as RecordReader
        const at = places.at[record] as number
        reader.seek(at)
        if (reader.hasShapes) writer.page.add(reader.read(), reader.read())
        else {
          reader.skip()
          reader.skip()
          writer.page.addRaw(reader.page, at, reader.at)
        }
        const written = writer.added()
        if (written !== undefined) await written
      }
      writer.endPartition()
    } catch (error) {
      await writer.abort()
      throw error
    }
    return writer.finish()
  }

  async #merged(): Promise<Batches<Pair>> {
    const files: ReadFile[] = []
    const close = async (): Promise<void> => {
      this.#release()
      for (const file of files.splice(0)) await file.close()
      for (const run of this.#runs.splice(0)) await this.#space.remove(run.path)
    }
    try {
      const sign = this.#isAscending ? 1 : -1
      const heap = new CursorHeap<Cursor>((a, b) => {
        const order = sign * compareKeys(a.key, b.key)
        return order < 0 || (order === 0 && a.index < b.index)
      })
      for (const [index, { path, offsets }] of this.#runs.entries()) {
        const file = await this.#space.disk.open(path)
        files.push(file)
        const range = [offsets[0] as number, offsets[1] as number] as const
        const cursor = Object.assign(new RunCursor(this.#space, path, file, range, false), {
          index,
        })
        if (await cursor.next()) heap.push(cursor)
      }
      const rest = placesCursor(this.#places, this.#isAscending, this.#runs.length)
      if (rest.next()) heap.push(rest)
      return mergedBatches(heap, close)
    } catch (error) {
      await close()
      throw error
    }
  }

  #release(): void {
    this.#places = new RecordPlaces()
    this.#pageBytes = 0
    this.#memory.shrink(0)
  }
}

function inOrder(places: RecordPlaces, order: Uint32Array): () => Batch<Pair> | undefined {
  let next = 0
  return () => {
    if (next >= order.length) return undefined
    const pairs: Pair[] = []
    const { readers, pageOf, at } = places
    for (const end = Math.min(order.length, next + BATCH_ROWS); next < end; next += 1) {
      const record = order[next] as number
      const reader = readers[pageOf[record] as number] as RecordReader
      reader.seek(at[record] as number)
      const key = reader.read()
      pairs.push([key, reader.read()])
    }
    return pairs
  }
}

function placesCursor(
  places: RecordPlaces,
  isAscending: boolean,
  index: number,
): Cursor & { next(): boolean } {
  const order = orderOf(places, isAscending)
  let next = 0
  const cursor = {
    index,
    key: undefined as unknown,
    value: undefined as unknown,
    next: (): boolean => {
      if (next >= order.length) return false
      const record = order[next] as number
      next += 1
      const reader = places.readers[places.pageOf[record] as number] as RecordReader
      reader.seek(places.at[record] as number)
      cursor.key = reader.read()
      cursor.value = reader.read()
      return true
    },
  }
  return cursor
}

function mergedBatches(heap: CursorHeap<Cursor>, close: () => Promise<void>): Batches<Pair> {
  const next = async (): Promise<Batch<Pair> | undefined> => {
    const pairs: Pair[] = []
    while (pairs.length < BATCH_ROWS) {
      const top = heap.top
      if (top === undefined) break
      pairs.push([top.key, top.value])
      const moved = top.next()
      if (moved === true || (moved !== false && (await moved))) heap.topMoved()
      else heap.removeTop()
    }
    if (pairs.length > 0) return pairs
    await close()
    return undefined
  }
  return new Batches(next, close)
}

import type { ReadFile } from '../../../platform/index.ts'
import { rowsOf, type Batches } from '../../batches/index.ts'
import { decodeColumns, pairColumns } from '../../columns/index.ts'
import type { TaskMemory } from '../../memory/index.ts'
import type { Pair } from '../aggregator.ts'
import {
  COLUMNS,
  COLUMNS_HEAD_BYTES,
  ColumnValues,
  RecordPage,
  commonKind,
  type KeyKind,
} from '../records/index.ts'
import { HeldMemory } from './held-memory.ts'
import { RecordPlaces } from './record-places.ts'
import { RunWriter, type Run } from './run-file.ts'
import { MergedRecords, PlacedRecords, RunRecords, type SortedRecords } from './sorted-records.ts'
import { sortedBatches } from './sorted-batches.ts'
import type { SpillSpace } from './spill-space.ts'

/** For the place of a record, and to put it in order. */
const BYTES_A_RECORD = 20

/**
 * Puts records in order of their keys without making them: copies of the pages of records are held, and only the places of the
 * records are sorted, by the bytes of their keys where these are all texts, all bytes or all numbers. What memory does not hold
 * is spilled in order and merged. Records of equal keys stay in the order in which they came.
 *
 * @see SPARK-7081, and ExternalSorter in Spark's util.collection
 */
export class RecordSorter {
  readonly #space: SpillSpace
  readonly #memory: HeldMemory
  readonly #isAscending: boolean
  #places: RecordPlaces
  #records = 0
  readonly #runs: Run[] = []
  /** Of the keys in runs. */
  #runsKind: KeyKind | undefined
  /** The spill that is under way. */
  #spilling: Promise<void> | undefined
  #isReading = false

  constructor(space: SpillSpace, memory: TaskMemory, isAscending: boolean, name: string) {
    this.#space = space
    this.#places = new RecordPlaces(space.codec)
    this.#isAscending = isAscending
    this.#memory = new HeldMemory(memory, name, () => this.#spillForOthers())
  }

  /** Takes copies of pages; a promise is to be awaited. @throws TROUPE_SPARK_BLOCK_CORRUPT */
  add(pages: readonly Uint8Array[]): void | Promise<void> {
    const places = this.#places
    const before = places.length
    for (const page of pages) places.addPage(page[0] === COLUMNS ? this.#recordsOf(page) : page)
    this.#records += places.length - before
    if (places.length > this.#space.maxRecordsInMemory || places.store.isFull) return this.#spill()
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
    const records = new PlacedRecords(this.#places, this.#isAscending)
    return sortedBatches(records, () => {
      records.release()
      this.#release()
    })
  }

  /** A page of columns as one of records. */
  #recordsOf(page: Uint8Array): Uint8Array {
    const records = new RecordPage(this.#space.codec, 0, 2 * page.length)
    const batch = decodeColumns(page.subarray(COLUMNS_HEAD_BYTES))
    const [keyColumn, valueColumn] = pairColumns(batch) ?? []
    if (keyColumn !== undefined && valueColumn !== undefined) {
      const keys = new ColumnValues(keyColumn)
      const values = new ColumnValues(valueColumn)
      for (let row = 0; row < batch.rows; row += 1) records.addColumns(keys, values, row)
      return records.view()
    }
    for (const rows of rowsOf<Pair>(batch)) {
      for (const [key, value] of rows) records.add(key, value)
    }
    return records.view()
  }

  get #heldBytes(): number {
    return this.#places.store.heldBytes + BYTES_A_RECORD * this.#places.length
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
    this.#places = new RecordPlaces(this.#space.codec)
    const before = this.#spilling ?? Promise.resolve()
    this.#spilling = before.then(async () => {
      if (places.length > 0) this.#runs.push(await this.#write(places))
      places.store.clear()
      this.#space.counts.memoryBytesSpilled += heldBytes
      this.#memory.shrink(this.#heldBytes)
    })
    return this.#spilling
  }

  async #write(places: RecordPlaces): Promise<Run> {
    const writer = await RunWriter.create(this.#space)
    const { kind = 'other' } = places
    this.#runsKind = this.#runsKind === undefined ? kind : commonKind(kind, this.#runsKind)
    let records: PlacedRecords | undefined
    try {
      records = new PlacedRecords(places, this.#isAscending)
      while (records.next()) {
        const end = records.end()
        if (end === undefined) writer.page.add(...records.pair())
        else writer.page.addRaw(records.page, records.at, end)
        const written = writer.added()
        if (written !== undefined) await written
      }
      writer.endPartition()
    } catch (error) {
      await writer.abort()
      throw error
    } finally {
      records?.release()
    }
    return writer.finish()
  }

  async #merged(): Promise<Batches<Pair>> {
    const files: ReadFile[] = []
    let held: PlacedRecords | undefined
    const close = async (): Promise<void> => {
      held?.release()
      this.#release()
      for (const file of files.splice(0)) await file.close()
      for (const run of this.#runs.splice(0)) await this.#space.remove(run.path)
    }
    try {
      const sources: SortedRecords[] = []
      for (const run of this.#runs) {
        const file = await this.#space.disk.open(run.path)
        files.push(file)
        sources.push(new RunRecords(this.#space, run, file))
      }
      held = new PlacedRecords(this.#places, this.#isAscending)
      sources.push(held)
      const runsKind = this.#runsKind ?? 'other'
      const kind = commonKind(this.#places.kind ?? runsKind, runsKind)
      return sortedBatches(await MergedRecords.of(sources, kind, this.#isAscending), close)
    } catch (error) {
      await close()
      throw error
    }
  }

  #release(): void {
    this.#places.store.clear()
    this.#places = new RecordPlaces(this.#space.codec)
    this.#memory.shrink(0)
  }
}

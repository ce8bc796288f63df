import type { ReadFile } from '../../../platform/index.ts'
import { rowsOf, type Batches } from '../../batches/index.ts'
import { decodeColumns, pairColumns } from '../../columns/index.ts'
import type { TaskMemory } from '../../memory/index.ts'
import type { Pair } from '../aggregator.ts'
import {
  COLUMNS,
  COLUMNS_HEAD_BYTES,
  RecordPage,
  RecordReader,
  commonKind,
  type KeyKind,
} from '../records/index.ts'
import { HeldMemory } from './held-memory.ts'
import { RecordPlaces } from './record-order.ts'
import { RunWriter, type Run } from './run-file.ts'
import { MergedRecords, PlacedRecords, RunRecords, type SortedRecords } from './sorted-records.ts'
import { sortedBatches } from './sorted-batches.ts'
import type { SpillSpace } from './spill-space.ts'

/** For the place of a record, and to put it in order. */
const BYTES_A_RECORD = 20

/**
 * Puts records in order of their keys without making them: pages of records are held as they came, and only the places of the
 * records are sorted, by the bytes of their keys where these are all texts, all bytes or all numbers. What memory does not hold
 * is spilled in order and merged. Records of equal keys stay in the order in which they came.
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
  /** Of the keys in runs. */
  #runsKind: KeyKind | undefined
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
    return sortedBatches(new PlacedRecords(this.#places, this.#isAscending), () => {
      this.#release()
    })
  }

  /** A page of columns as one of records. */
  #recordsOf(page: Uint8Array): Uint8Array {
    const records = new RecordPage(this.#space.codec, 0, 2 * page.length)
    const batch = decodeColumns(page.subarray(COLUMNS_HEAD_BYTES))
    const [keys, values] = pairColumns(batch) ?? []
    if (keys !== undefined && values !== undefined) {
      for (let row = 0; row < batch.rows; row += 1) records.addColumns(keys, values, row)
      return records.view()
    }
    for (const rows of rowsOf<Pair>(batch)) {
      for (const [key, value] of rows) records.add(key, value)
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
    const { kind = 'other' } = places
    this.#runsKind = this.#runsKind === undefined ? kind : commonKind(kind, this.#runsKind)
    try {
      const records = new PlacedRecords(places, this.#isAscending)
      while (records.next()) {
        const { reader, at } = records
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
      const sources: SortedRecords[] = []
      for (const run of this.#runs) {
        const file = await this.#space.disk.open(run.path)
        files.push(file)
        sources.push(new RunRecords(this.#space, run, file))
      }
      sources.push(new PlacedRecords(this.#places, this.#isAscending))
      const runsKind = this.#runsKind ?? 'other'
      const kind = commonKind(this.#places.kind ?? runsKind, runsKind)
      return sortedBatches(await MergedRecords.of(sources, kind, this.#isAscending), close)
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

import { encodeColumns, type Column, type ColumnBatch } from '../columns/index.ts'
import {
  COLUMNS,
  COLUMNS_HEAD_BYTES,
  ColumnValues,
  FRAME_HEAD_BYTES,
  FULL_PAGE_BYTES,
  RecordPage,
  compressedFrame,
  givePageMemory,
  writeFrameHead,
  type BatchCodec,
  type PageCompression,
} from './records/index.ts'

/** A page this long is closed. */
const PAGE_BYTES = 32 << 10
/** Records of a page at most: a batch of rows. */
const PAGE_ROWS = 4096
/** What the first page of a partition has room for at first. */
const FIRST_BYTES = 256

/**
 * Records in memory in order of target partition: encoded at once, each into the page of its partition, and never decoded
 * here. Closed pages are frames, which are moved as they are.
 */
export class PartitionPages {
  readonly #codec: BatchCodec
  readonly #compression: PageCompression | undefined
  readonly #numPartitions: number
  /** partition → its open page */
  readonly #open: (RecordPage | undefined)[] = []
  /** partition → its closed pages */
  #frames: (Buffer[] | undefined)[] = []
  #heldBytes = 0
  #records = 0

  constructor(numPartitions: number, codec: BatchCodec, compression?: PageCompression) {
    this.#numPartitions = numPartitions
    this.#codec = codec
    this.#compression = compression
  }

  /** Bytes of memory that its pages take. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Records added since the beginning. */
  get records(): number {
    return this.#records
  }

  /** @throws TROUPE_SPARK_ROW_UNENCODABLE */
  add(partition: number, key: unknown, value: unknown): void {
    const page = this.#open[partition] ?? this.#newPage(partition)
    const before = page.capacityBytes
    page.add(key, value)
    this.#added(partition, page, before)
  }

  #added(partition: number, page: RecordPage, capacityBefore: number): void {
    this.#records += 1
    this.#heldBytes += page.capacityBytes - capacityBefore
    if (page.lengthBytes >= PAGE_BYTES || page.rows >= PAGE_ROWS) this.#close(partition, page)
  }

  /** Adds pairs of column values, row by row, to the pages of their partitions. */
  addPairs(partitions: Int32Array, keyColumn: Column, valueColumn: Column): void {
    const keys = new ColumnValues(keyColumn)
    const values = new ColumnValues(valueColumn)
    for (let row = 0; row < partitions.length; row += 1) {
      const partition = partitions[row] as number
      const page = this.#open[partition] ?? this.#newPage(partition)
      const before = page.capacityBytes
      page.addColumns(keys, values, row)
      this.#added(partition, page, before)
    }
  }

  /** Adds rows as columns, in a page of their own. */
  addColumns(partition: number, batch: ColumnBatch): void {
    const open = this.#open[partition] ?? this.#newPage(partition)
    if (open.rows > 0) this.#close(partition, open)
    // The columns begin at a multiple of eight bytes in the page, and so in the frame.
    const raw = encodeColumns(batch, FRAME_HEAD_BYTES + COLUMNS_HEAD_BYTES)
    raw[FRAME_HEAD_BYTES] = COLUMNS
    writeFrameHead(raw, raw.length - FRAME_HEAD_BYTES)
    const frame = (this.#compression && compressedFrame(raw, this.#compression)) ?? raw
    const frames = (this.#frames[partition] ??= [])
    frames.push(frame)
    this.#heldBytes += frame.length
    this.#records += batch.rows
  }

  /** Takes out the frames of one partition; open pages go on in small. */
  take(partition: number): readonly Buffer[] {
    const page = this.#open[partition]
    if (page !== undefined && page.rows > 0) this.#close(partition, page)
    const frames = this.#frames[partition] ?? []
    this.#frames[partition] = undefined
    for (const frame of frames) this.#heldBytes -= frame.buffer.byteLength
    return frames
  }

  /** Takes out the frames of every partition, in order of partition; nothing stays. */
  drain(): (readonly Buffer[])[] {
    const drained: (readonly Buffer[])[] = []
    for (let partition = 0; partition < this.#numPartitions; partition += 1) {
      drained.push(this.take(partition))
    }
    this.#open.length = 0
    this.#heldBytes = 0
    return drained
  }

  #newPage(partition: number): RecordPage {
    // The list grows to all partitions at once: a list with holes would be slow.
    for (let i = this.#open.length; i <= partition; i += 1) this.#open.push(undefined)
    for (let i = this.#frames.length; i <= partition; i += 1) this.#frames.push(undefined)
    const page = new RecordPage(this.#codec, FRAME_HEAD_BYTES, FIRST_BYTES)
    this.#heldBytes += page.capacityBytes
    this.#open[partition] = page
    return page
  }

  #close(partition: number, page: RecordPage): void {
    const frames = (this.#frames[partition] ??= [])
    const rawBytes = page.lengthBytes - FRAME_HEAD_BYTES
    const compressed = this.#compression && compressedFrame(page.view(), this.#compression)
    if (compressed !== undefined) {
      frames.push(compressed)
      this.#heldBytes += compressed.length
      page.clear()
      return
    }
    const frame = page.take(rawBytes >= PAGE_BYTES / 2 ? FULL_PAGE_BYTES : FIRST_BYTES)
    writeFrameHead(frame, rawBytes)
    frames.push(frame)
    this.#heldBytes += page.capacityBytes
  }
}

/** Moves the frames of one partition to where they are written; their memory is used again. */
export async function appendFrames(
  pages: PartitionPages,
  partition: number,
  output: { append(bytes: Uint8Array): void | Promise<void> },
): Promise<void> {
  for (const frame of pages.take(partition)) {
    const appended = output.append(frame)
    if (appended !== undefined) await appended
    givePageMemory(frame)
  }
}

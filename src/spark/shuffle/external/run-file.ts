import type { AppendFile, ReadFile } from '../../../platform/index.ts'
import {
  FRAME_HEAD_BYTES,
  FULL_PAGE_BYTES,
  FrameReader,
  RecordPage,
  RecordReader,
  compressedFrame,
  givePageMemory,
  writeFrameHead,
} from '../records/index.ts'
import { spillShortened, type SpillSpace } from './spill-space.ts'

const PAGE_BYTES = 32 << 10
/** Written at a time. */
const STAGE_BYTES = 512 << 10
/** Read at a time, for each run that is merged. */
const READ_BYTES = 64 << 10

/** Records in some order that were spilled: for each partition a range of frames. */
export interface Run {
  readonly path: string
  /** Offset of each partition's frames, and the end of the last. */
  readonly offsets: readonly number[]
}

/** Writes one run, in the order in which records are added. */
export class RunWriter {
  readonly #space: SpillSpace
  readonly #path: string
  readonly #file: AppendFile
  readonly page: RecordPage
  readonly #offsets: number[] = [0]
  #staged: Buffer[] = []
  #stagedBytes = 0
  #writtenBytes = 0

  static async create(space: SpillSpace): Promise<RunWriter> {
    const path = space.newPath()
    return new RunWriter(space, path, await space.disk.create(path))
  }

  private constructor(space: SpillSpace, path: string, file: AppendFile) {
    this.#space = space
    this.#path = path
    this.#file = file
    this.page = new RecordPage(space.codec, FRAME_HEAD_BYTES, FULL_PAGE_BYTES)
  }

  /** After a record was added to the page; a promise is to be awaited. */
  added(): void | Promise<void> {
    if (this.page.lengthBytes < PAGE_BYTES) return
    this.#closePage()
    return this.#stagedBytes < STAGE_BYTES ? undefined : this.#flush()
  }

  /** What is added from here on belongs to the next partition. */
  endPartition(): void {
    this.#closePage()
    this.#offsets.push(this.#writtenBytes + this.#stagedBytes)
  }

  async finish(): Promise<Run> {
    try {
      await this.#flush()
    } finally {
      await this.#file.close()
    }
    this.#space.counts.spills += 1
    this.#space.counts.diskBytesSpilled += this.#writtenBytes
    return { path: this.#path, offsets: this.#offsets }
  }

  async abort(): Promise<void> {
    await this.#file.close()
    await this.#space.remove(this.#path)
  }

  #closePage(): void {
    const { page } = this
    if (page.rows === 0) return
    const rawBytes = page.lengthBytes - FRAME_HEAD_BYTES
    const { compression } = this.#space
    let frame = compression && compressedFrame(page.view(), compression)
    if (frame === undefined) {
      frame = page.take(FULL_PAGE_BYTES)
      writeFrameHead(frame, rawBytes)
    } else page.clear()
    this.#staged.push(frame)
    this.#stagedBytes += frame.length
  }

  async #flush(): Promise<void> {
    const staged = this.#staged
    const stagedBytes = this.#stagedBytes
    this.#staged = []
    this.#stagedBytes = 0
    this.#writtenBytes += stagedBytes
    if (staged.length === 0) return
    await this.#file.append(Buffer.concat(staged, stagedBytes))
    staged.forEach(givePageMemory)
  }
}

/** Reads the pages of one partition of a run, one after the other, into its reader. */
export class RunPages {
  readonly reader: RecordReader
  readonly #file: ReadFile
  readonly #path: string
  readonly #frames: FrameReader
  readonly #pages: Uint8Array[] = []
  #at: number
  readonly #end: number

  constructor(
    space: SpillSpace,
    path: string,
    file: ReadFile,
    [at, end]: readonly [number, number],
  ) {
    this.#file = file
    this.#path = path
    this.#frames = new FrameReader(space.compression?.decompress)
    this.reader = new RecordReader(space.codec)
    this.#at = at
    this.#end = end
  }

  /** Has the reader stand before a record, on the next page when this one is at its end; false at the end of all. */
  nextRecord(): boolean | Promise<boolean> {
    if (this.reader.hasMore || this.#nextPage()) return true
    return this.#at < this.#end && this.#refill()
  }

  #nextPage(): boolean {
    const page = this.#pages.shift()
    if (page !== undefined) this.reader.open(page)
    return page !== undefined
  }

  async #refill(): Promise<boolean> {
    while (this.#at < this.#end) {
      const bytes = await this.#file.read(this.#at, Math.min(READ_BYTES, this.#end - this.#at))
      if (bytes.length === 0) throw spillShortened(this.#path, this.#at)
      this.#at += bytes.length
      this.#pages.push(...this.#frames.push(bytes))
      if (this.#nextPage()) return true
    }
    return false
  }
}

/** Reads one partition of a run whose records have hashes ahead, record by record. */
export class RunCursor {
  readonly #pages: RunPages
  /** The record that it stands at, after {@link RunCursor.next} was true. */
  hash = 0
  key: unknown
  value: unknown

  constructor(space: SpillSpace, path: string, file: ReadFile, range: readonly [number, number]) {
    this.#pages = new RunPages(space, path, file, range)
  }

  /** Goes to the next record; false at the end. */
  next(): boolean | Promise<boolean> {
    const moved = this.#pages.nextRecord()
    if (typeof moved !== 'boolean') return moved.then((isThere) => isThere && this.#read())
    return moved && this.#read()
  }

  #read(): boolean {
    const { reader } = this.#pages
    this.hash = reader.readHash()
    this.key = reader.read()
    this.value = reader.read()
    return true
  }
}

import type { AppendFile, Disk } from '../../platform/index.ts'
import { columnBatches, type AnyBatch, type Batches } from '../batches/index.ts'
import { SparkError } from '../errors.ts'
import { adler32, type BatchCodec } from '../shuffle/index.ts'
import { RowFrames } from './block-frames.ts'

/** Bytes read at a time. */
const READ_BYTES = 1 << 20

/** What a whole file of frames sums up to. */
export interface FileSum {
  readonly lengthBytes: number
  /** Adler-32. */
  readonly checksum: number
}

/** What frames are written to: a disk, or another file system. */
type FrameDisk = Pick<Disk, 'create' | 'rename' | 'remove'>

/** Writes frames to a file that gets its name when it is whole. */
export class FrameFileWriter {
  readonly #disk: FrameDisk
  readonly #path: string
  readonly #temporary: string
  #file: AppendFile | undefined
  #lengthBytes = 0
  #checksum = 1

  /** @param temporary its name until it is whole */
  constructor(disk: FrameDisk, path: string, temporary = `${path}.tmp`) {
    this.#disk = disk
    this.#path = path
    this.#temporary = temporary
  }

  /** @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  async append(frame: Uint8Array): Promise<void> {
    this.#file ??= await this.#disk.create(this.#temporary)
    this.#lengthBytes += frame.length
    this.#checksum = adler32(frame, this.#checksum)
    await this.#file.append(frame)
  }

  /** Gives the file its name; `isDurable` when its bytes are on the disk before that. */
  async finish(isDurable = false): Promise<FileSum> {
    const file = (this.#file ??= await this.#disk.create(this.#temporary))
    if (isDurable) await file.sync()
    this.#file = undefined
    await file.close()
    await this.#disk.rename(this.#temporary, this.#path)
    return { lengthBytes: this.#lengthBytes, checksum: this.#checksum }
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    // What is given up need not be closed well.
    await file?.close().catch(() => undefined)
    await this.#disk.remove(this.#temporary).catch(() => undefined)
  }
}

/** Writes the bytes of a block to a file; one that can't be written whole leaves nothing. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
export async function writeChunks(
  disk: FrameDisk,
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<FileSum> {
  const writer = new FrameFileWriter(disk, path)
  try {
    for await (const chunk of chunks) await writer.append(chunk)
    return await writer.finish()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/**
 * The rows of a file of frames, checked against what it was when it was written.
 *
 * @throws TROUPE_SPARK_BLOCK_CORRUPT, after rows that may have been read; what the disk throws
 */
export async function readFrameFile(
  disk: Pick<Disk, 'open'>,
  path: string,
  sum: FileSum,
  codec: BatchCodec,
): Promise<Batches<unknown>> {
  const file = await disk.open(path)
  const frames = new RowFrames(codec)
  const ready: AnyBatch<unknown>[] = []
  let at = 0
  let checksum = 1
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await file.close()
  }
  const refill = async (): Promise<AnyBatch<unknown> | undefined> => {
    while (ready.length === 0) {
      if (at >= sum.lengthBytes) {
        if (checksum !== sum.checksum) throw corrupt(path, 'its checksum is wrong')
        await close()
        return undefined
      }
      const bytes = await file.read(at, Math.min(READ_BYTES, sum.lengthBytes - at))
      if (bytes.length === 0) throw corrupt(path, `it ends at ${at} of ${sum.lengthBytes} bytes`)
      at += bytes.length
      checksum = adler32(bytes, checksum)
      ready.push(...decoded(frames, bytes, path))
    }
    return ready.shift()
  }
  return columnBatches<unknown>(() => (ready.length > 0 ? ready.shift() : refill()), close)
}

function decoded(frames: RowFrames, bytes: Uint8Array, path: string): AnyBatch<unknown>[] {
  try {
    return frames.push(bytes)
  } catch (cause) {
    throw corrupt(path, 'its bytes do not decode', cause)
  }
}

function corrupt(path: string, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `The rows of ${path} can't be read: ${why}; they are to be computed again`,
    { data: { path, why }, ...(cause === undefined ? {} : { cause }) },
  )
}

import type { AppendFile } from '../../../platform/index.ts'
import type { FileSystem } from '../../files/index.ts'
import { Batches, type Batch } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import { adler32, encodeParts, type BatchCodec } from '../../shuffle/index.ts'
import type { TaskContext } from '../task-context.ts'

/** The first eight bytes of an object file. */
const MAGIC = new TextEncoder().encode('TROUPE\x01\n')

/** The length of the frame that ends a file, which no other has. */
const END = 0xffffffff

/** A frame's length and checksum. */
const HEADER_BYTES = 8

/**
 * Writes rows in frames: a length and an Adler-32 checksum (four bytes each, little-endian) and that many bytes of the codec, a
 * batch of rows; at the end a frame of length 2^32 - 1 whose checksum is the number of frames.
 */
export async function writeObjects(
  file: AppendFile,
  rows: Batches<unknown>,
  context: TaskContext,
): Promise<void> {
  await file.append(MAGIC)
  let frames = 0
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    if (batch.length === 0) return
    for (const body of encodeParts(batch, context.codec)) {
      frames += 1
      const bytes = new Uint8Array(HEADER_BYTES + body.length)
      bytes.set(header(body.length, adler32(body)))
      bytes.set(body, HEADER_BYTES)
      context.metrics.outputBytes += bytes.length
      await file.append(bytes)
    }
    context.metrics.outputRecords += batch.length
  })
  await file.append(header(END, frames))
}

/**
 * The rows of an object file, each batch checked before it is given.
 *
 * @throws TROUPE_SPARK_OBJECT_FILE_DAMAGED for what is no such file, is cut short or has changed, after rows that may have
 *   been read
 */
export async function readObjects<T>(
  files: Pick<FileSystem, 'open'>,
  path: string,
  codec: BatchCodec,
): Promise<Batches<T>> {
  const file = await files.open(path)
  let isClosed = false
  let at = 0
  let frames = 0
  const take = async (length: number, what: string): Promise<Uint8Array> => {
    const bytes = await file.read(at, length)
    if (bytes.length < length) {
      throw damaged(path, `it ends at ${at + bytes.length} bytes, in the middle of ${what}`)
    }
    at += length
    return bytes
  }
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await file.close()
  }
  const next = async (): Promise<Batch<T> | undefined> => {
    if (isClosed) return undefined
    if (at === 0 && !isSame(await take(MAGIC.length, 'its head'), MAGIC)) {
      throw damaged(path, 'saveAsObjectFile has not written it')
    }
    const head = await take(HEADER_BYTES, 'its frames')
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
    const [length, checksum] = [view.getUint32(0, true), view.getUint32(4, true)]
    if (length === END) {
      if (checksum !== frames || at !== file.sizeBytes) throw damaged(path, 'its end does not fit')
      await close()
      return undefined
    }
    if (length > file.sizeBytes - at) {
      throw damaged(path, `it ends at ${file.sizeBytes} bytes, in the middle of a frame`)
    }
    const body = await take(length, 'a frame')
    if (adler32(body) !== checksum) throw damaged(path, `the checksum of frame ${frames} is wrong`)
    frames += 1
    return decoded<T>(codec, body, path)
  }
  return new Batches(next, close)
}

function header(length: number, checksum: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length, true)
  view.setUint32(4, checksum, true)
  return bytes
}

function decoded<T>(codec: BatchCodec, body: Uint8Array, path: string): Batch<T> {
  try {
    return codec.decode(body) as Batch<T>
  } catch (cause) {
    throw damaged(path, 'its bytes do not decode', cause)
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}

function damaged(path: string, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_OBJECT_FILE_DAMAGED',
    `${path} can't be read as an object file: ${why}; write it again`,
    { data: { path, why }, ...(cause === undefined ? {} : { cause }) },
  )
}

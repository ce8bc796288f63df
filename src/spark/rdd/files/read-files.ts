import type { ReadFile } from '../../../platform/index.ts'
import type { FileSystem } from '../../files/index.ts'
import { SparkError } from '../../errors.ts'
import { isGzip, type FileSplit } from './input-splits.ts'

/** Bytes read at a time of a file that is wanted as a whole. */
const PIECE_BYTES = 8 << 20

/**
 * The file of a split, opened. A gzip file gives what is in it, in pieces one after the other whatever offset is asked for,
 * and has no end before it is there.
 *
 * @throws TROUPE_SPARK_INPUT_CHANGED when it has become shorter, also from `read`; what the file system throws
 */
export async function openSplit(files: FileSystem, split: FileSplit): Promise<ReadFile> {
  const { path, endBytes } = split
  if (isGzip(path)) return openSequence(files, path)
  const file = await files.open(path, endBytes)
  if (file.sizeBytes >= endBytes) return unshortened(file, path)
  await file.close()
  throw shortened(path, file.sizeBytes, endBytes)
}

/** A file that has all the bytes that it had when it was opened, or fails. */
function unshortened(file: ReadFile, path: string): ReadFile {
  const { sizeBytes } = file
  return {
    sizeBytes,
    async read(offset, length, into) {
      const bytes = await file.read(offset, length, into)
      if (bytes.length < length && offset + bytes.length < sizeBytes) {
        throw shortened(path, offset + bytes.length, sizeBytes)
      }
      return bytes
    },
    close: () => file.close(),
  }
}

async function openSequence(files: FileSystem, path: string): Promise<ReadFile> {
  const source = await files.openGzip(path)
  return {
    sizeBytes: Infinity,
    read: async () => (await source.next()) ?? new Uint8Array(0),
    close: () => source.close(),
  }
}

/** All bytes of a file, as they are. @throws TROUPE_SPARK_INPUT_CHANGED, what the file system throws */
export async function readWhole(files: FileSystem, path: string): Promise<Uint8Array> {
  const file = await files.open(path)
  try {
    const bytes = new Uint8Array(file.sizeBytes)
    for (let at = 0; at < bytes.length;) {
      const piece = await file.read(at, Math.min(PIECE_BYTES, bytes.length - at))
      if (piece.length === 0) throw shortened(path, at, bytes.length)
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  } finally {
    await file.close()
  }
}

/** All bytes of a file, decompressed if it is a gzip file by its name. */
export async function readDecompressed(files: FileSystem, path: string): Promise<Uint8Array> {
  if (!isGzip(path)) return readWhole(files, path)
  const source = await files.openGzip(path)
  try {
    const pieces: Uint8Array[] = []
    for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  } finally {
    await source.close()
  }
}

/** A file that ends before the place up to which it was to be read. */
export function shortened(path: string, foundBytes: number, wantedBytes: number): SparkError {
  return new SparkError(
    'TROUPE_SPARK_INPUT_CHANGED',
    `Input ${path} ends at ${foundBytes} bytes and had ${wantedBytes} when the job was made: it was written anew, or cut ` +
      'short, meanwhile. Make the RDD again when it is whole',
    { data: { path, foundBytes, wantedBytes } },
  )
}

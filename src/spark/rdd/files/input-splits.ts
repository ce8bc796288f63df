import type { StoredFile } from '../../files/index.ts'
import { SparkError } from '../../errors.ts'

/** A range of bytes of one file. */
export interface FileSplit {
  readonly path: string
  readonly startBytes: number
  /** Exclusive. */
  readonly endBytes: number
  /** Those that have most of it; any is as good where none is named. */
  readonly hosts?: readonly string[]
}

/** A last block up to this much longer than the others is not cut; as Hadoop's FileInputFormat. */
const SLOP_RATIO = 1.1

/** By the ends of their names: what Hadoop would decompress, and is not decompressed here. */
const UNKNOWN_CODEC = /\.(bz2|deflate|lz4|snappy|zst)$/

/** Whether a file is to be decompressed, by its name. */
export function isGzip(path: string): boolean {
  return path.endsWith('.gz')
}

/**
 * Cuts text files into ranges of at most a block (`blockSizeBytes` of files that say none), less when that would make fewer than about `minSplits`. Gzip files
 * are one range each. Empty files have none.
 *
 * @throws TROUPE_SPARK_INPUT_CODEC
 */
export function textSplits(
  files: readonly StoredFile[],
  minSplits: number,
  blockSizeBytes: number,
): FileSplit[] {
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const goal = Math.ceil(total / Math.max(1, minSplits))
  return files.flatMap((file) => {
    checkCodec(file.path)
    const size = Math.max(1, Math.min(goal, file.blockBytes ?? blockSizeBytes))
    return splitsOf(file, isGzip(file.path) ? file.sizeBytes : size)
  })
}

/**
 * Cuts files of records that all have `recordBytes` into ranges of whole records, of at most a block (`blockSizeBytes` of files that say
 * none) but one record at least.
 *
 * @throws TROUPE_SPARK_INPUT_RECORDS for a file whose length is no multiple; TROUPE_SPARK_INPUT_CODEC for one that is compressed
 */
export function recordSplits(
  files: readonly StoredFile[],
  recordBytes: number,
  blockSizeBytes: number,
): FileSplit[] {
  return files.flatMap((file) => {
    const blockBytes = file.blockBytes ?? blockSizeBytes
    const size = Math.max(1, Math.floor(blockBytes / recordBytes)) * recordBytes
    if (isGzip(file.path))
      throw compressed(file.path, 'binaryRecords reads none that is compressed')
    checkCodec(file.path)
    if (file.sizeBytes % recordBytes !== 0) throw notRecords(file, recordBytes)
    return splitsOf(file, size)
  })
}

/**
 * Whole files put together, in order, until they have `enoughBytes`.
 *
 * @see org.apache.hadoop.mapreduce.lib.input.CombineFileInputFormat
 */
export function packFiles(files: readonly StoredFile[], enoughBytes: number): StoredFile[][] {
  const packs: StoredFile[][] = []
  let pack: StoredFile[] = []
  let bytes = 0
  for (const file of files) {
    pack.push(file)
    bytes += file.sizeBytes
    if (bytes < enoughBytes) continue
    packs.push(pack)
    pack = []
    bytes = 0
  }
  if (pack.length > 0) packs.push(pack)
  return packs
}

/** @throws TROUPE_SPARK_INPUT_CODEC */
export function checkCodec(path: string): void {
  const codec = UNKNOWN_CODEC.exec(path)?.[0]
  if (codec !== undefined) throw compressed(path, `${codec} is not decompressed; .gz is`)
}

function splitsOf({ path, sizeBytes }: StoredFile, size: number): FileSplit[] {
  const splits: FileSplit[] = []
  let startBytes = 0
  while (sizeBytes - startBytes > size * SLOP_RATIO) {
    splits.push({ path, startBytes, endBytes: startBytes + size })
    startBytes += size
  }
  if (startBytes < sizeBytes) splits.push({ path, startBytes, endBytes: sizeBytes })
  return splits
}

function compressed(path: string, why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_INPUT_CODEC',
    `Input ${path} is compressed, by its name, and ${why}; decompress it, or give it another name if it is not`,
    { data: { path } },
  )
}

function notRecords({ path, sizeBytes }: StoredFile, recordBytes: number): SparkError {
  return new SparkError(
    'TROUPE_SPARK_INPUT_RECORDS',
    `Input ${path} has ${sizeBytes} bytes, which is no multiple of the record length ${recordBytes}: ` +
      `${sizeBytes % recordBytes} are left over; it is cut short, or has other records`,
    { data: { path, sizeBytes, recordBytes } },
  )
}

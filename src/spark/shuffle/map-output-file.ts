import { SparkError } from '../errors.ts'

/** Names of the files of one map task; `attempt` is unique in the application. */
export interface MapOutputId {
  readonly shuffleId: number
  readonly mapPartition: number
  readonly attempt: number
}

/** What a map task has written: where its blocks lie and what their bytes sum up to. */
export interface MapOutput {
  /** Bytes of each reduce partition. */
  readonly sizesBytes: readonly number[]
  /** Adler-32 of each reduce partition's block. */
  readonly checksums: readonly number[]
  readonly records: number
  readonly spills: number
}

/** `shuffle_<shuffle>_<map>_<attempt>` under `directory`; `.data`, `.index` and `.checksum.ADLER32` follow. */
export function mapOutputPath(directory: string, id: MapOutputId): string {
  return `${directory}/shuffle_${id.shuffleId}_${id.mapPartition}_${id.attempt}`
}

/** The index file: offsets of the R blocks and the end of the last, eight bytes each, little-endian. */
export function encodeIndex(sizesBytes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * (sizesBytes.length + 1))
  const view = new DataView(bytes.buffer)
  let offset = 0
  sizesBytes.forEach((size, i) => {
    offset += size
    view.setBigUint64(8 * (i + 1), BigInt(offset), true)
  })
  return bytes
}

/** Where a block lies in the data file. */
export interface BlockRange {
  readonly offset: number
  readonly lengthBytes: number
}

/** @throws TROUPE_SPARK_BLOCK_CORRUPT for an index that has no such block or does not ascend. */
export function blockRange(index: Uint8Array, reducePartition: number): BlockRange {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength)
  const at = 8 * reducePartition
  if (reducePartition < 0 || at + 16 > index.length) {
    throw new SparkError(
      'TROUPE_SPARK_BLOCK_CORRUPT',
      `A shuffle index of ${index.length} bytes has no block ${reducePartition}; the map output is to be recomputed`,
      { data: { indexBytes: index.length, reducePartition } },
    )
  }
  const offset = Number(view.getBigUint64(at, true))
  const end = Number(view.getBigUint64(at + 8, true))
  if (end >= offset) return { offset, lengthBytes: end - offset }
  throw new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A shuffle index goes back from ${offset} to ${end} at block ${reducePartition}; the map output is to be recomputed`,
    { data: { offset, end, reducePartition } },
  )
}

/** The checksum file: one four-byte Adler-32 a block, little-endian. */
export function encodeChecksums(checksums: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * checksums.length)
  const view = new DataView(bytes.buffer)
  checksums.forEach((checksum, i) => view.setUint32(4 * i, checksum, true))
  return bytes
}

/** The checksum of one block. @throws TROUPE_SPARK_BLOCK_CORRUPT when the file has none. */
export function checksumOf(checksums: Uint8Array, reducePartition: number): number {
  const at = 4 * reducePartition
  if (at + 4 <= checksums.length) {
    return new DataView(checksums.buffer, checksums.byteOffset, checksums.byteLength).getUint32(
      at,
      true,
    )
  }
  throw new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A shuffle checksum file of ${checksums.length} bytes has no block ${reducePartition}; the map output is to be recomputed`,
    { data: { checksumBytes: checksums.length, reducePartition } },
  )
}

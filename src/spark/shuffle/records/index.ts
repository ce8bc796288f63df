/**
 * Records as bytes: how pairs lie in shuffle blocks and in what is spilled.
 *
 * A {@link RecordPage} encodes each record as soon as it is added, in place; {@link RecordReader} reads a page. Pages travel in
 * frames ({@link writeFrameHead}, {@link FrameReader}), which may be laid end to end and moved without being read.
 *
 * Guarantees: what is read equals what was added (numbers with NaN and -0, strings with half a surrogate pair); bytes that
 * were not written here are refused (`TROUPE_SPARK_BLOCK_CORRUPT`), and nothing of the page is kept by what was read of it.
 */
export type { BatchCodec } from './batch-codec.ts'
export { ColumnValues } from './column-values.ts'
export { compressedFrame } from './compression.ts'
export type { PageCompression } from './compression.ts'
export { NO_BYTES, copyBytes, wordBytes } from './copy-bytes.ts'
export type { WordBytes } from './copy-bytes.ts'
export { decodeParts, encodeParts } from './encode-parts.ts'
export { FRAME_HEAD_BYTES, FrameReader, writeFrameHead } from './frames.ts'
export type { Decompress } from './frames.ts'
export { FULL_PAGE_BYTES, givePageMemory, takePageMemory } from './page-memory.ts'
export { RecordPage } from './record-page.ts'
export { RecordReader } from './record-reader.ts'
export { COLUMNS, COLUMNS_HEAD_BYTES, KEY_AGAIN } from './tags.ts'
export {
  commonKind,
  compareEncodedKeys,
  contentAt,
  isBuffer,
  keyKindAt,
  keyWord,
  lengthAt,
  mostWords,
} from './key-words.ts'
export type { KeyKind } from './key-words.ts'

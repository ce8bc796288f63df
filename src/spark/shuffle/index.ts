/**
 * The sort shuffle: how pairs get from the tasks of one stage to those of the next.
 *
 * A map task writes one data file with a block for each reduce partition, in order, an index file of R + 1
 * offsets of eight bytes, and a file of Adler-32 checksums. Pairs are combined before they are written where the
 * aggregator allows it; what does not fit memory is spilled in the same order and merged. A reduce task reads its
 * block of every map output in order of map partition, so a rerun reads the same rows in the same order.
 *
 * Guarantees: a data file that has its name is whole; a block that is read in full has the length and the
 * checksum it was written with; what can't be read is a {@link FetchFailedError}, which names the map partition
 * to recompute. The bytes of rows are the business of the {@link BatchCodec} handed in.
 */
export { adler32 } from './adler32.ts'
export type { Aggregator, Pair } from './aggregator.ts'
export { fetchFailed, pairsOfPages, readPages } from './block-reader.ts'
export type { BlockLocation, BlockReading, FetchBlock } from './block-reader.ts'
export { CHUNK_BYTES, takeChunkMemory } from './chunk-memory.ts'
export { combineMapOutput, combineValues } from './combine.ts'
export type { Combining } from './combine.ts'
export { ExternalCombiner, HeldMemory, RecordSorter, SpillSpace } from './external/index.ts'
export type { SpillCounts } from './external/index.ts'
export { SHUFFLE_KEYS, shuffleSettings } from './shuffle-settings.ts'
export type { ShuffleSettings } from './shuffle-settings.ts'
export type { FetchLimits } from './fetch-limits.ts'
export { blockRange, checksumOf, mapOutputPath } from './map-output-file.ts'
export type { BlockRange, MapOutput, MapOutputId } from './map-output-file.ts'
export {
  LaterPartitioner,
  choosePartitioner,
  isSamePartitioner,
  knownPartitioner,
} from './later-partitioner.ts'
export { mergingOf } from './merging.ts'
export { operationOf, requirePairs } from './pairs.ts'
export {
  FunctionPartitioner,
  HashPartitioner,
  IndexPartitioner,
  RangePartitioner,
  checkedPartitions,
  partitionerOf,
} from './partitioner.ts'
export type { Partitioner, PartitionerSpec } from './partitioner.ts'
export { boundKey, determineBounds, sampleSizePerPartition } from './range-bounds.ts'
export type { KeySample } from './range-bounds.ts'
export { decodeParts, encodeParts } from './records/index.ts'
export type { BatchCodec } from './records/index.ts'
export { shuffleWriter, shuffleWriterKind } from './shuffle-writer.ts'
export type { ShuffleWriter, ShuffleWriterKind, ShuffleWriterOptions } from './shuffle-writer.ts'

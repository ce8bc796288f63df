import type { Batch } from '../batches/index.ts'
import type { Column, ColumnBatch } from '../columns/index.ts'
import type { TaskMemory } from '../memory/index.ts'
import { combinesMapSide, type Aggregator, type Pair } from './aggregator.ts'
import { BypassMergeShuffleWriter } from './bypass-merge-shuffle-writer.ts'
import type { SpillSpace } from './external/index.ts'
import type { MapOutput, MapOutputId } from './map-output-file.ts'
import type { Partitioner } from './partitioner.ts'
import type { PageCompression } from './records/index.ts'
import { SerializedShuffleWriter } from './serialized-shuffle-writer.ts'
import { SortShuffleWriter } from './sort-shuffle-writer.ts'

export interface ShuffleWriterOptions {
  readonly id: MapOutputId
  /** The executor's folder for blocks; must exist. */
  readonly directory: string
  readonly partitioner: Partitioner
  readonly aggregator?: Aggregator | undefined
  readonly space: SpillSpace
  readonly memory: TaskMemory
  /** `spark.shuffle.compress`. */
  readonly compression?: PageCompression | undefined
  /** `spark.shuffle.sort.bypassMergeThreshold`; 200 by default. */
  readonly bypassMergeThreshold?: number
}

/**
 * Writes the output of one map task: pairs in order of their target partition in one data file, with an index file of offsets and
 * a file of checksums beside it.
 */
export interface ShuffleWriter {
  /** Takes a batch; a promise means that it spills and wants to be awaited. */
  write(batch: Batch<Pair>): void | Promise<void>
  /** Takes rows as columns, by partition; they are written as they are, combined or not. */
  writeColumns(partitions: readonly (ColumnBatch | undefined)[]): void | Promise<void>
  /** Takes pairs of column values, which are written as rows are, not combined; row i goes to `partitions[i]`. */
  writePairs(partitions: Int32Array, keys: Column, values: Column): void | Promise<void>
  /** Merges what was spilled with what is in memory and gives the files their names. */
  finish(): Promise<MapOutput>
  /** Removes everything written so far. */
  abort(): Promise<void>
}

/** The ways to write a map output, by what Spark calls them. */
export type ShuffleWriterKind = 'bypass-merge' | 'serialized' | 'sort'

/**
 * Which writer a shuffle gets: one that combines sorts by partition and key; one with few partitions appends to a file for each;
 * any other sorts serialized records by partition.
 *
 * @see SortShuffleManager.registerShuffle in Spark's shuffle.sort
 */
export function shuffleWriterKind(
  numPartitions: number,
  aggregator: Aggregator | undefined,
  bypassMergeThreshold = 200,
): ShuffleWriterKind {
  if (combinesMapSide(aggregator)) return 'sort'
  return numPartitions <= bypassMergeThreshold ? 'bypass-merge' : 'serialized'
}

/** @see shuffleWriterKind */
export function shuffleWriter(options: ShuffleWriterOptions): ShuffleWriter {
  const { partitioner, aggregator, bypassMergeThreshold } = options
  switch (shuffleWriterKind(partitioner.numPartitions, aggregator, bypassMergeThreshold)) {
    case 'bypass-merge':
      return new BypassMergeShuffleWriter(options)
    case 'serialized':
      return new SerializedShuffleWriter(options)
    case 'sort':
      return new SortShuffleWriter(options)
  }
}

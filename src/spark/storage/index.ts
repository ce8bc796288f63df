/**
 * Storage: what an application keeps of the partitions it has computed, and where.
 *
 * {@link StorageLevel} says how a partition is kept: in memory as objects or bytes, on disk, on how many executors. The
 * {@link BlockManager} of an executor has the books, the bytes and the files; {@link ThreadBlocks} hold what is kept as
 * objects, each in the heap of one task thread; a {@link blockActor} serves blocks to other executors; the
 * {@link blockManagerMaster} on the driver knows who keeps what.
 *
 * Guarantees: a block that can't be kept, or is lost, is computed again, never an error; room is made by dropping what was
 * used least recently, never blocks of the RDD that it is made for; what a file gives is what was written, or
 * TROUPE_SPARK_BLOCK_CORRUPT.
 *
 * Words: *block*, a partition or a piece of a broadcast, by its name in Spark; *unrolling*, taking the rows of a block
 * into memory bit by bit, without knowing how many there will be.
 */
export { blockActor } from './block-actor.ts'
export { BlockMasterClient } from './block-client.ts'
export type { AttachedThread, BlockHome, ExecutorStorage, ThreadSide } from './block-home.ts'
export { FrameFileWriter, readFrameFile } from './block-file.ts'
export type { FileSum } from './block-file.ts'
export { encodeFrames as encodeRows, totalBytes } from './block-frames.ts'
export { BlockManager } from './block-manager.ts'
export { BlockDirectory, blockManagerMaster } from './master/index.ts'
export type { BlockHolder, KeptBlock, RddStorage } from './master/index.ts'
export type {
  BlockCommand,
  BlockMasterMessage,
  BlockMasterRequest,
  BlocksDone,
} from './protocol.ts'
export { estimateBytes as estimateRows } from './size-estimator.ts'
export { StorageLevel, checkedLevel, describeLevel, isStored, sameLevel } from './storage-level.ts'
export type { StorageLevelName } from './storage-level.ts'
export type { StorageSettings } from './storage-settings.ts'
export { ThreadBlocks } from './thread-blocks.ts'
export type { CachedPartition, PartitionCache } from './thread-blocks.ts'

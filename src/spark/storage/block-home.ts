import type { ExecutionMemory, MemoryMode } from '../memory/index.ts'
import type { StorageLevel } from './storage-level.ts'

/** A block as bytes: frames of rows in chunks, shared between threads where it lies in memory. */
export type FoundBlock =
  | { readonly type: 'bytes'; readonly chunks: readonly Uint8Array[] }
  /** A file that is whole; `checksum` is Adler-32. */
  | {
      readonly type: 'file'
      readonly path: string
      readonly lengthBytes: number
      readonly checksum: number
      /** Whether it was fetched for its reader, who removes it. */
      readonly isReaders: boolean
    }
  | { readonly type: 'absent' }

/**
 * The executor's block manager as one task thread sees it. What is asked crosses threads: once a block, or once a
 * step of memory, never once a row.
 */
export interface BlockHome {
  /** A block that this thread has not as objects: from here, or from another executor. */
  get(name: string): Promise<FoundBlock>
  /** Storage memory for a block that is being unrolled, on top of what was reserved for it before. */
  reserve(name: string, mode: MemoryMode, bytes: number): Promise<boolean>
  /** The block will not be kept in memory. */
  unreserve(name: string): void
  /** The block is there, as objects of this thread; resolves to false when it is there already, and need not be kept. */
  putObjects(name: string, level: StorageLevel, sizeBytes: number): Promise<boolean>
  /** The block is there, as bytes for which memory was reserved. */
  putBytes(name: string, level: StorageLevel, chunks: readonly Uint8Array[]): Promise<boolean>
  /** The block is on disk, whole, in a file that is the block manager's from then on; false: the caller's. */
  putFile(
    name: string,
    level: StorageLevel,
    path: string,
    lengthBytes: number,
    checksum: number,
  ): Promise<boolean>
  /** The block was used here. */
  touch(name: string): void
  /** A block that was to be kept could not be: its rows are computed each time. */
  notKept(name: string, why: string): void
}

/** A task thread as the block manager sees it: it has the blocks that are objects. */
export interface ThreadSide {
  /** Lets go of the block's objects, or of the broadcast that it is a piece of. Resolves when it has; nothing there is fine. */
  drop(name: string): Promise<void>
  /** The block as bytes; undefined when it is not there. */
  copy(name: string): Promise<readonly Uint8Array[] | undefined>
  /** Whether a task runs there, so that it may take long to answer. */
  isBusy(): boolean
}

/** What an executor gives to its task threads. */
export interface ExecutorStorage {
  readonly memory: ExecutionMemory
  /** The thread that has this partition of one of the RDDs as objects: its task had best run there. */
  threadOf(rddIds: readonly number[], partition: number): ThreadSide | undefined
  /** A thread has started. */
  attach(side: ThreadSide): AttachedThread
}

/** The block manager for one thread, until the thread is gone. */
export interface AttachedThread {
  readonly home: BlockHome
  /** The thread is gone, with all its objects. */
  detach(): void
}

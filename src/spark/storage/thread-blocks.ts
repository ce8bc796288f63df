import { isTroupeError, type Disk } from '../../platform/index.ts'
import {
  Batches,
  columnBatches,
  inFront,
  concatBatches,
  rowsOf as rowBatches,
  type AnyBatch,
  type Batch,
  type PullAny,
} from '../batches/index.ts'
import { ColumnBatch } from '../columns/index.ts'
import type { MemoryMode } from '../memory/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { FrameFileWriter, readFrameFile } from './block-file.ts'
import { encodeFrames, rowsOfChunks, sharedChunks, totalBytes } from './block-frames.ts'
import type { BlockHome, FoundBlock, ThreadSide } from './block-home.ts'
import { ownerOf, rddBlock } from './block-id.ts'
import { estimateBytes } from './size-estimator.ts'
import type { StorageLevel } from './storage-level.ts'

/** What a task asks for the partitions of persisted RDDs. */
export interface PartitionCache {
  /**
   * The rows of a partition that is to be kept: those that are kept already, or what `compute` gives, which is kept on its way as
   * `level` says and as far as there is room.
   */
  getOrCompute<T>(request: CachedPartition<T>): Batches<T>
}

/** One partition of a persisted RDD. */
export interface CachedPartition<T> {
  readonly rddId: number
  readonly partition: number
  readonly taskAttemptId: number
  readonly level: StorageLevel
  /** Whether rows that come as columns are kept so. */
  readonly keepsColumns: boolean
  readonly compute: () => Batches<T>
  /** Looked at between batches. */
  readonly throwIfCancelled: () => void
}

/** What {@link ThreadBlocks} work with. */
export interface ThreadBlocksOptions {
  readonly disk: Disk
  /** The executor's, for blocks on disk. */
  readonly directory: string
  readonly codec: BatchCodec
  /** `spark.storage.unrollMemoryThreshold`: what is reserved before a block's first row. */
  readonly unrollBytes: number
  /** Whether the heap leaves no room for more, whatever was accounted. */
  readonly isHeapFull: () => boolean
  readonly isBusy: () => boolean
  /** Lets go of a broadcast's decoded value. */
  readonly dropBroadcast: (broadcastId: number) => void
}

/** What a row that was a column is taken to need as an object. */
const ROW_BYTES = 64
/** How far memory is reserved ahead of a block that grows. */
const GROWTH = 1.5

/**
 * The cached partitions of one task thread: it holds as objects those that it has computed, and reads the others as
 * bytes by way of its executor's block manager, which owns all the accounts.
 */
export class ThreadBlocks implements PartitionCache, ThreadSide {
  readonly #options: ThreadBlocksOptions
  /** block → its rows */
  readonly #objects = new Map<string, readonly Batch<unknown>[]>()
  #home: BlockHome | undefined

  constructor(options: ThreadBlocksOptions) {
    this.#options = options
  }

  /** Where the accounts are; before the first task. */
  attachTo(home: BlockHome): void {
    this.#home = home
  }

  getOrCompute<T>(request: CachedPartition<T>): Batches<T> {
    const home = this.#home
    if (home === undefined) return request.compute()
    const name = rddBlock(request.rddId, request.partition)
    const objects = this.#objects.get(name)
    if (objects !== undefined) {
      home.touch(name)
      return rowsOf(objects) as Batches<T>
    }
    return later(() => this.#obtain(name, request, home)) as Batches<T>
  }

  drop(name: string): Promise<void> {
    const owner = ownerOf(name)
    if (owner?.type === 'broadcast') this.#options.dropBroadcast(owner.broadcastId)
    this.#objects.delete(name)
    return Promise.resolve()
  }

  copy(name: string): Promise<readonly Uint8Array[] | undefined> {
    const objects = this.#objects.get(name)
    if (objects === undefined) return Promise.resolve(undefined)
    const { codec } = this.#options
    return Promise.resolve(sharedChunks(objects.flatMap((batch) => encodeFrames(batch, codec))))
  }

  isBusy(): boolean {
    return this.#options.isBusy()
  }

  async #obtain(
    name: string,
    request: CachedPartition<unknown>,
    home: BlockHome,
  ): Promise<Batches<unknown>> {
    const found = await this.#read(name, await home.get(name), home)
    if (found !== undefined) return found
    const { level } = request
    if (!level.useMemory) return this.#toFile(name, request, [], request.compute(), home)
    const rows = request.compute()
    return level.deserialized
      ? this.#unrollObjects(name, request, rows, home)
      : this.#unrollBytes(name, request, rows, home)
  }

  /** What can't be read is computed. */
  async #read(
    name: string,
    found: FoundBlock,
    home: BlockHome,
  ): Promise<Batches<unknown> | undefined> {
    const { disk, codec } = this.#options
    if (found.type === 'absent') return undefined
    if (found.type === 'bytes') return rowsOfChunks(found.chunks, codec)
    try {
      const rows = await readFrameFile(disk, found.path, found, codec)
      return found.isReaders ? removedAtEnd(rows, disk, found.path) : rows
    } catch (error) {
      if (found.isReaders) await disk.remove(found.path).catch(() => undefined)
      else home.notKept(name, `its file can't be read: ${String(error)}`)
      return undefined
    }
  }

  async #unrollObjects(
    name: string,
    request: CachedPartition<unknown>,
    rows: Batches<unknown>,
    home: BlockHome,
  ): Promise<Batches<unknown>> {
    const batches: Batch<unknown>[] = []
    const { level } = request
    const unroll = new Unroll(name, 'on-heap', home, this.#options)
    let columns: ColumnBatch | undefined
    const fits = await this.#pull(rows, request, home, name, (batch) => {
      if (batch instanceof ColumnBatch) {
        if (batches.length === 0) {
          columns = batch
          return false
        }
        batches.push(...rowBatches(batch))
      } else batches.push(batch)
      return unroll.grow(
        batch instanceof ColumnBatch ? ROW_BYTES * batch.rows : estimateBytes(batch),
      )
    })
    // Columns are kept as bytes, whatever the level: these take the least, and every thread reads them as they are.
    if (columns !== undefined) {
      return this.#unrollBytes(name, request, inFront([columns], rows), home)
    }
    if (fits) {
      const before = this.#objects.get(name)
      // Copies for other executors are taken while it is put.
      this.#objects.set(name, batches)
      const isKept = await home.putObjects(name, level, unroll.sizeBytes)
      if (!isKept && before === undefined) this.#objects.delete(name)
      return rowsOf(batches)
    }
    home.unreserve(name)
    if (level.useDisk) return this.#toFile(name, request, batches, rows, home)
    home.notKept(name, 'there is no memory for it')
    return concatBatches([() => rowsOf(batches), () => rows])
  }

  async #unrollBytes(
    name: string,
    request: CachedPartition<unknown>,
    rows: Batches<unknown>,
    home: BlockHome,
  ): Promise<Batches<unknown>> {
    const { codec } = this.#options
    const { level } = request
    const frames: Uint8Array[] = []
    const mode = level.useOffHeap ? 'off-heap' : 'on-heap'
    const unroll = new Unroll(name, mode, home, this.#options)
    const fits = await this.#pull(rows, request, home, name, (batch) => {
      const more = encodeFrames(batch, codec)
      frames.push(...more)
      return unroll.grow(totalBytes(more))
    })
    if (fits) {
      const chunks = sharedChunks(frames)
      await home.putBytes(name, level, chunks)
      return rowsOfChunks(chunks, codec)
    }
    home.unreserve(name)
    const sofar = rowsOfChunks(frames, codec)
    if (level.useDisk) return this.#toFile(name, request, frames, rows, home)
    home.notKept(name, 'there is no memory for it')
    return concatBatches([() => sofar, () => rows])
  }

  /** Hands batches to `take` until it refuses; answers whether it took them all. */
  async #pull(
    rows: Batches<unknown>,
    { throwIfCancelled, keepsColumns }: CachedPartition<unknown>,
    home: BlockHome,
    name: string,
    take: (batch: AnyBatch<unknown>) => boolean | Promise<boolean>,
  ): Promise<boolean> {
    const pull = (keepsColumns ? rows.nextAny : undefined) ?? rows.next
    try {
      for (;;) {
        throwIfCancelled()
        const pulled = pull()
        const batch = pulled instanceof Promise ? await pulled : pulled
        if (batch === undefined) {
          await rows.close()
          return true
        }
        const count = batch instanceof ColumnBatch ? batch.rows : batch.length
        if (count > 0 && !(await take(batch))) return false
      }
    } catch (error) {
      home.unreserve(name)
      await rows.close()
      throw error
    }
  }

  /**
   * Writes what was pulled already (batches, or frames) and the rest to a file. A disk that fails costs the block, not
   * the task: the rows are computed again.
   */
  async #toFile(
    name: string,
    request: CachedPartition<unknown>,
    pulled: readonly (AnyBatch<unknown> | Uint8Array)[],
    rows: Batches<unknown>,
    home: BlockHome,
  ): Promise<Batches<unknown>> {
    const { disk, codec, directory } = this.#options
    const path = `${directory}/${name}_${request.taskAttemptId}`
    const writer = new FrameFileWriter(disk, path)
    try {
      for (const part of pulled) {
        const frames = part instanceof Uint8Array ? [part] : encodeFrames(part, codec)
        for (const frame of frames) await writer.append(frame)
      }
      await this.#pull(rows, request, home, name, async (batch) => {
        for (const frame of encodeFrames(batch, codec)) await writer.append(frame)
        return true
      })
      const sum = await writer.finish()
      const isKept = await home.putFile(name, request.level, path, sum.lengthBytes, sum.checksum)
      const read = await readFrameFile(disk, path, sum, codec)
      return isKept ? read : removedAtEnd(read, disk, path)
    } catch (error) {
      await writer.abort()
      await rows.close()
      if (!isDiskFault(error)) throw error
      home.notKept(name, `its file can't be written: ${error.message}`)
      return request.compute()
    }
  }
}

/** Storage memory for one block while its rows come. */
class Unroll {
  readonly #name: string
  readonly #mode: MemoryMode
  readonly #home: BlockHome
  readonly #options: ThreadBlocksOptions
  #reservedBytes = 0
  sizeBytes = 0

  constructor(name: string, mode: MemoryMode, home: BlockHome, options: ThreadBlocksOptions) {
    this.#name = name
    this.#mode = mode
    this.#home = home
    this.#options = options
  }

  /** The block is larger by `bytes`; answers whether there is room for it. */
  grow(bytes: number): boolean | Promise<boolean> {
    this.sizeBytes += bytes
    return this.sizeBytes <= this.#reservedBytes ? true : this.#reserveMore()
  }

  async #reserveMore(): Promise<boolean> {
    const { isHeapFull, unrollBytes } = this.#options
    if (this.#mode === 'on-heap' && isHeapFull()) return false
    const missing = this.sizeBytes - this.#reservedBytes
    const ahead = Math.max(unrollBytes, Math.ceil(this.sizeBytes * GROWTH)) - this.#reservedBytes
    for (const bytes of [ahead, missing]) {
      if (!(await this.#home.reserve(this.#name, this.#mode, bytes))) continue
      this.#reservedBytes += bytes
      return true
    }
    return false
  }
}

/** The rows of a file that nobody reads after them. */
function removedAtEnd(rows: Batches<unknown>, disk: Disk, path: string): Batches<unknown> {
  return columnBatches<unknown>(rows.nextAny ?? rows.next, async () => {
    await rows.close()
    await disk.remove(path)
  })
}

function rowsOf(batches: readonly Batch<unknown>[]): Batches<unknown> {
  let at = 0
  return new Batches(() => batches[at++])
}

/** Rows that are looked for when they are pulled first. */
function later(find: () => Promise<Batches<unknown>>): Batches<unknown> {
  let found: Promise<Batches<unknown>> | undefined
  let source: Batches<unknown> | undefined
  const next = (batches: Batches<unknown>): ReturnType<PullAny<unknown>> =>
    (batches.nextAny ?? batches.next)()
  return columnBatches<unknown>(
    () => {
      if (source !== undefined) return next(source)
      found ??= find()
      return found.then((batches) => next((source = batches)))
    },
    // What could not be found has nothing to close.
    () => found?.then((batches) => batches.close()).catch(() => undefined),
  )
}

function isDiskFault(error: unknown): error is Error {
  return (
    isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNWRITABLE') ||
    isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNREADABLE')
  )
}

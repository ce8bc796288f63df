import type { Disk, Log } from '../../platform/index.ts'
import type { MemoryManager, MemoryMode } from '../memory/index.ts'
import { writeChunks, type FileSum } from './block-file.ts'
import { totalBytes } from './block-frames.ts'
import type {
  AttachedThread,
  BlockHome,
  ExecutorStorage,
  FoundBlock,
  ThreadSide,
} from './block-home.ts'
import { ownerOf, rddBlock } from './block-id.ts'
import type { BlockNetwork } from './block-network.ts'
import { sourceOfChunks, sourceOfFile, type BlockSource } from './block-source.ts'
import type { FetchedBlock } from './fetch-block.ts'
import { FetchPlans } from './fetch-plans.ts'
import { MemoryIndex } from './memory-index.ts'
import { Reservations } from './reservations.ts'
import { StorageLevel, modeOf } from './storage-level.ts'

/** Where a block lies in its executor. */
type Place =
  | { readonly type: 'objects'; readonly thread: ThreadSide }
  | { readonly type: 'bytes'; readonly chunks: readonly Uint8Array[] }
  | ({ readonly type: 'file'; readonly path: string } & FileSum)

interface Block {
  readonly name: string
  readonly level: StorageLevel
  readonly mode: MemoryMode
  /** In memory, as accounted; 0 on disk. */
  memoryBytes: number
  place: Place
}

export interface BlockManagerOptions {
  /** For blocks on disk. */
  readonly directory: string
  readonly disk: Disk
  readonly memory: MemoryManager
  readonly network: BlockNetwork
  readonly log: Log
  /** `spark.network.maxRemoteBlockSizeFetchToMem`: longer blocks of other executors go by way of the disk. */
  readonly maxBytesInMemory: number
}

/**
 * The blocks of one executor: cached partitions and pieces of broadcasts, in memory or on disk. Lives in the executor's main
 * thread. Blocks as bytes and files are its own; blocks as objects are in task threads, which it tells to drop or copy
 * them. When memory is short the least recently used blocks go, to disk if their level says so; never those of the RDD that
 * room is made for.
 */
export class BlockManager implements ExecutorStorage {
  readonly memory: MemoryManager
  /** Where blocks of other executors go. */
  readonly plans: FetchPlans
  readonly #options: BlockManagerOptions
  readonly #blocks = new Map<string, Block>()
  readonly #index = new MemoryIndex()
  readonly #reservations: Reservations
  /** Blocks on their way out. */
  readonly #leaving = new Map<string, Promise<number>>()
  /** Blocks that are being replicated, as bytes. */
  readonly #copied = new Map<string, readonly Uint8Array[]>()
  readonly #sides = new Set<ThreadSide>()
  #files = 0

  constructor(options: BlockManagerOptions) {
    this.#options = options
    this.memory = options.memory
    this.plans = new FetchPlans(options)
    this.#reservations = new Reservations(options.memory)
    options.memory.evictBy((mode, bytes) => this.#evict(mode, bytes, undefined, false))
  }

  attach(side: ThreadSide): AttachedThread {
    const home: BlockHome = {
      get: (name) => this.#get(name),
      reserve: (name, mode, bytes) => this.#reserve(side, name, mode, bytes),
      unreserve: (name) => {
        this.#reservations.release(side, name)
      },
      putObjects: (name, level, sizeBytes) => {
        this.#reservations.trim(side, name, sizeBytes)
        return this.#put(side, name, level, sizeBytes, { type: 'objects', thread: side })
      },
      putBytes: (name, level, chunks) => {
        const sizeBytes = totalBytes(chunks)
        this.#reservations.trim(side, name, sizeBytes)
        return this.#put(side, name, level, sizeBytes, { type: 'bytes', chunks })
      },
      putFile: (name, level, path, lengthBytes, checksum) =>
        this.#put(side, name, level, 0, { type: 'file', path, lengthBytes, checksum }),
      touch: (name) => {
        this.#index.touch(name)
      },
      notKept: (name, why) => {
        this.#options.log.write('warn', `block ${name} is not kept: ${why}`)
        if (this.#blocks.get(name)?.place.type === 'file') void this.remove(name)
      },
    }
    this.#sides.add(side)
    return { home, detach: () => this.#detach(side) }
  }

  threadOf(rddIds: readonly number[], partition: number): ThreadSide | undefined {
    for (const rddId of rddIds) {
      const place = this.#blocks.get(rddBlock(rddId, partition))?.place
      if (place?.type === 'objects') return place.thread
    }
    return undefined
  }

  has(name: string): boolean {
    return this.#blocks.has(name)
  }

  /** The bytes of a short block that is here or on another executor; undefined when nobody has it. @throws what the disk throws */
  async find(name: string): Promise<readonly Uint8Array[] | undefined> {
    const { disk, network } = this.#options
    const place = this.#used(name)
    if (place?.type === 'file') return [await disk.readFile(place.path)]
    if (place !== undefined) return bytesIn(place, name)
    const fetched = await network.fetch(name, this.plans.inMemory(name))
    return fetched?.type === 'bytes' ? fetched.chunks : undefined
  }

  /**
   * A block that is here, for another executor; undefined when it is not, or when its thread is busy, since it may be long in
   * coming then. @throws what the disk throws
   */
  async sourceOf(name: string): Promise<BlockSource | undefined> {
    const copied = this.#copied.get(name)
    if (copied !== undefined) return sourceOfChunks(copied)
    const place = this.#used(name)
    if (place?.type === 'file') {
      return sourceOfFile(this.#options.disk, place.path, place.lengthBytes)
    }
    if (place?.type === 'objects' && place.thread.isBusy()) return undefined
    const chunks = await bytesIn(place, name)
    return chunks && sourceOfChunks(chunks)
  }

  #used(name: string): Place | undefined {
    const place = this.#blocks.get(name)?.place
    if (place !== undefined) this.#index.touch(name)
    return place
  }

  /** Lets go of all blocks of an RDD or a broadcast. */
  async removeAll(of: 'rdd' | 'broadcast', id: number): Promise<void> {
    const isWanted = (name: string): boolean => {
      const owner = ownerOf(name)
      return owner?.type === 'rdd'
        ? of === 'rdd' && owner.rddId === id
        : owner?.broadcastId === id && of === 'broadcast'
    }
    const names = [...this.#blocks.keys()].filter(isWanted)
    await Promise.all(names.map((name) => this.remove(name)))
    if (of === 'rdd') return
    for (const side of this.#sides) void side.drop(`broadcast_${id}_piece0`)
  }

  /** Keeps bytes that have come from elsewhere, in memory or on disk; answers whether it could. */
  async keepBytes(
    name: string,
    level: StorageLevel,
    chunks: readonly Uint8Array[],
  ): Promise<boolean> {
    if (this.#blocks.has(name)) return true
    const mode = modeOf(level)
    const sizeBytes = totalBytes(chunks)
    if (level.useMemory && (await this.#makeRoom(name, mode, sizeBytes))) {
      if (this.#blocks.has(name)) this.memory.drop(mode, sizeBytes)
      else this.#add(name, level, sizeBytes, { type: 'bytes', chunks })
      return true
    }
    if (!level.useDisk) return false
    const place = await this.#write(name, chunks)
    if (place === undefined) return false
    if (!this.#blocks.has(name)) this.#add(name, level, 0, place)
    else await this.#options.disk.remove(place.path).catch(() => undefined)
    return true
  }

  /** As {@link BlockManager.keepBytes}, of what was fetched; a file is the block manager's from then on, kept or not. */
  async keepFetched(name: string, level: StorageLevel, fetched: FetchedBlock): Promise<boolean> {
    if (fetched.type === 'bytes') return this.keepBytes(name, level, fetched.chunks)
    if (!this.#blocks.has(name)) this.#add(name, level, 0, fetched)
    else await this.#options.disk.remove(fetched.path).catch(() => undefined)
    return true
  }

  /** Lets go of a block, wherever it lies here. */
  async remove(name: string): Promise<void> {
    await this.#leaving.get(name)
    const block = this.#blocks.get(name)
    if (block === undefined) return
    this.#forget(block)
    await this.#clear(block)
  }

  #reserve(side: ThreadSide, name: string, mode: MemoryMode, bytes: number): Promise<boolean> {
    const asked = this.#reservations.ask(side, name)
    return this.#makeRoom(name, mode, bytes).then((isThere) =>
      this.#reservations.answer(asked, isThere ? { mode, bytes } : undefined),
    )
  }

  /** Takes storage memory; drops other blocks for it if that is enough, and none if not. */
  async #makeRoom(name: string, mode: MemoryMode, bytes: number): Promise<boolean> {
    const owner = ownerOf(name)
    const rddId = owner?.type === 'rdd' ? owner.rddId : undefined
    // Others may take what was made free in the meantime.
    for (let tries = 0; tries < 3; tries += 1) {
      const { isStored, missingBytes } = this.memory.store(mode, bytes)
      if (isStored) return true
      if (missingBytes <= 0 || !this.memory.couldStore(mode, bytes)) return false
      if ((await this.#evict(mode, missingBytes, rddId, true)) < missingBytes) return false
    }
    return false
  }

  async #put(
    side: ThreadSide,
    name: string,
    level: StorageLevel,
    memoryBytes: number,
    place: Place,
  ): Promise<boolean> {
    if (this.#blocks.has(name)) {
      this.#reservations.release(side, name)
      return false
    }
    this.#reservations.take(side, name)
    this.#add(name, level, memoryBytes, place)
    if (level.replication > 1) await this.#replicate(name, level, place)
    return true
  }

  /** The thread that has put the block waits for this, so it is not too busy to copy it. */
  async #replicate(name: string, level: StorageLevel, place: Place): Promise<void> {
    if (place.type === 'objects') {
      const chunks = await place.thread.copy(name)
      if (chunks === undefined) return
      this.#copied.set(name, chunks)
    }
    await this.#options.network.replicate(name, level, level.replication - 1)
    this.#copied.delete(name)
  }

  #add(name: string, level: StorageLevel, memoryBytes: number, place: Place): void {
    const mode = modeOf(level)
    const block: Block = { name, level, mode, memoryBytes, place }
    this.#blocks.set(name, block)
    if (place.type !== 'file') {
      const owner = ownerOf(name)
      const rddId = owner?.type === 'rdd' ? owner.rddId : undefined
      this.#index.add({ name, mode, sizeBytes: memoryBytes, rddId })
    }
    this.#tell(block)
  }

  async #get(name: string): Promise<FoundBlock> {
    await this.#leaving.get(name)
    const block = this.#blocks.get(name)
    if (block === undefined) return this.#getRemote(name)
    this.#index.touch(name)
    const { place } = block
    switch (place.type) {
      case 'bytes':
        return { type: 'bytes', chunks: place.chunks }
      case 'file':
        return { ...place, isReaders: false }
      case 'objects': {
        // One that is busy may answer late: to compute the rows again is sooner.
        if (place.thread.isBusy()) return { type: 'absent' }
        const chunks = await place.thread.copy(name)
        return chunks === undefined ? { type: 'absent' } : { type: 'bytes', chunks }
      }
    }
  }

  async #getRemote(name: string): Promise<FoundBlock> {
    const fetched = await this.#options.network.fetch(name, this.plans.toRead(name))
    if (fetched?.type === 'file') return { ...fetched, isReaders: true }
    return fetched ?? { type: 'absent' }
  }

  /** Drops the least recently used blocks; `isAllOrNone`: none unless they come to `bytes`. Resolves to what was freed. */
  async #evict(
    mode: MemoryMode,
    bytes: number,
    forRdd: number | undefined,
    isAllOrNone: boolean,
  ): Promise<number> {
    const found = this.#index.victims(mode, bytes, forRdd, (name) => this.#leaving.has(name))
    if (isAllOrNone && found.bytes < bytes) return 0
    const freed = await Promise.all(found.names.map((name) => this.#dropFromMemory(name)))
    return freed.reduce((sum, each) => sum + each, 0)
  }

  #dropFromMemory(name: string): Promise<number> {
    const block = this.#blocks.get(name)
    if (block === undefined) return Promise.resolve(0)
    const dropped = this.#drop(block).finally(() => {
      this.#leaving.delete(name)
    })
    this.#leaving.set(name, dropped)
    return dropped
  }

  async #drop(block: Block): Promise<number> {
    const { name, level, memoryBytes } = block
    const place = level.useDisk ? await this.#toDisk(block) : undefined
    // It may have been removed, or its thread may have gone, while it was written.
    if (this.#blocks.get(name) !== block) {
      if (place !== undefined) await this.#options.disk.remove(place.path)
      return memoryBytes
    }
    const before = block.place
    this.#index.delete(name)
    if (place === undefined) {
      this.#blocks.delete(name)
    } else {
      block.place = place
      block.memoryBytes = 0
    }
    // Told before anybody can put it anew.
    this.#tell(place === undefined ? { ...block, memoryBytes: 0 } : block, place === undefined)
    if (before.type === 'objects') await before.thread.drop(name)
    this.memory.drop(block.mode, memoryBytes)
    this.#options.log.write(
      'debug',
      `block ${name} (${memoryBytes} bytes) has made room: ${place === undefined ? 'dropped' : 'on disk'}`,
    )
    return memoryBytes
  }

  async #toDisk({ name, place }: Block): Promise<Extract<Place, { type: 'file' }> | undefined> {
    if (place.type === 'file') return undefined
    const chunks = place.type === 'bytes' ? place.chunks : await place.thread.copy(name)
    return chunks === undefined ? undefined : this.#write(name, chunks)
  }

  /** Writes a block to a file of its own. A disk that fails costs the block. */
  async #write(
    name: string,
    chunks: readonly Uint8Array[],
  ): Promise<Extract<Place, { type: 'file' }> | undefined> {
    const { disk, directory, log } = this.#options
    this.#files += 1
    const path = `${directory}/${name}_d${this.#files}`
    try {
      return { type: 'file', path, ...(await writeChunks(disk, path, chunks)) }
    } catch (error) {
      log.write('warn', `block ${name} can't be written to disk and is dropped: ${String(error)}`)
      return undefined
    }
  }

  /** Takes the block out of the books; what it held is cleared by {@link BlockManager.#clear}. */
  #forget(block: Block): void {
    const { name, mode, memoryBytes } = block
    this.#blocks.delete(name)
    this.#index.delete(name)
    if (memoryBytes > 0) this.memory.drop(mode, memoryBytes)
    this.#tell({ ...block, memoryBytes: 0 }, true)
  }

  async #clear({ name, place }: Block): Promise<void> {
    if (place.type === 'objects') await place.thread.drop(name)
    // What can't be removed goes with the executor's directory.
    if (place.type === 'file') await this.#options.disk.remove(place.path).catch(() => undefined)
  }

  #detach(side: ThreadSide): void {
    this.#sides.delete(side)
    this.#reservations.releaseAll(side)
    for (const block of [...this.#blocks.values()]) {
      if (block.place.type === 'objects' && block.place.thread === side) this.#forget(block)
    }
  }

  #tell({ name, level, memoryBytes, place }: Block, isGone = false): void {
    const diskBytes = !isGone && place.type === 'file' ? place.lengthBytes : 0
    const status = { memoryBytes, diskBytes, level: isGone ? StorageLevel.NONE : level }
    this.#options.network.updated(name, status)
  }
}

/** What is in memory, as bytes. */
async function bytesIn(
  place: Place | undefined,
  name: string,
): Promise<readonly Uint8Array[] | undefined> {
  if (place?.type === 'bytes') return place.chunks
  return place?.type === 'objects' ? place.thread.copy(name) : undefined
}

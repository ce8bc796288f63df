import { isReadChunk } from './shapes.ts'
import { accepting, receive, setup, type Behavior } from '../../actors/index.ts'
import { isTroupeError, type Disk } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { CHUNK_BYTES, blockRange, mapOutputPath, takeChunkMemory } from '../shuffle/index.ts'
import { MAX_CHUNK_BYTES, type BlockId, type ChunkReply, type ReadChunk } from './protocol.ts'

/** Index files kept in memory; the oldest goes first. */
const MAX_INDEXES = 1024

/**
 * Serves the map outputs in a directory, a chunk a message. Whoever asks has at most a few requests in flight, so a
 * slow reader costs no memory here. Remote readers of one executor share one such actor: their chunks take
 * turns.
 */
export function shuffleBlocks(disk: Disk, directory: string): Behavior<ReadChunk> {
  const behavior = setup<ReadChunk>(() => {
    const reader = new BlockFiles(disk, directory)
    return receive(async ({ block, offset, lengthBytes, replyTo }) => {
      replyTo.tell(await chunkOf(reader, block, offset, Math.min(lengthBytes, MAX_CHUNK_BYTES)))
    })
  })
  return accepting(isReadChunk, behavior)
}

async function chunkOf(
  reader: BlockFiles,
  block: BlockId,
  offset: number,
  lengthBytes: number,
): Promise<ChunkReply> {
  try {
    return { type: 'chunk', bytes: await reader.read(block, offset, lengthBytes) }
  } catch (error) {
    const code = isTroupeError(error) ? error.code : 'TROUPE_SPARK_BLOCK_MISSING'
    return {
      type: 'refused',
      code,
      message: error instanceof Error ? error.message : String(error),
    }
  }
}

/** The blocks of the map outputs in one directory. */
export class BlockFiles {
  readonly #disk: Disk
  readonly #directory: string
  /** path → index file */
  readonly #indexes = new Map<string, Uint8Array>()

  constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  /**
   * Bytes of a block from `offset` on, `lengthBytes` at most.
   * @throws TROUPE_SPARK_BLOCK_MISSING, TROUPE_SPARK_BLOCK_CORRUPT
   */
  async read(block: BlockId, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const path = pathOf(this.#directory, block)
    try {
      const range = blockRange(await this.#index(path), block.reducePartition)
      const file = await this.#disk.open(`${path}.data`)
      try {
        const length = Math.max(0, Math.min(lengthBytes, range.lengthBytes - offset))
        return await file.read(range.offset + offset, length)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw missing(path, block, error)
    }
  }

  /**
   * The bytes of a block of this very directory, the file opened once.
   * @throws TROUPE_SPARK_BLOCK_MISSING, TROUPE_SPARK_BLOCK_CORRUPT
   */
  async *stream(block: BlockId): AsyncIterable<Uint8Array> {
    const path = pathOf(this.#directory, block)
    try {
      const range = blockRange(await this.#index(path), block.reducePartition)
      const file = await this.#disk.open(`${path}.data`)
      try {
        const end = range.offset + range.lengthBytes
        // What is short does not need so much, and may lie about for a while.
        const isLong = 2 * range.lengthBytes > CHUNK_BYTES
        for (let at = range.offset; at < end; at += CHUNK_BYTES) {
          const length = Math.min(CHUNK_BYTES, end - at)
          const into = isLong ? takeChunkMemory() : undefined
          yield await file.read(at, length, into)
        }
      } finally {
        await file.close()
      }
    } catch (error) {
      throw missing(path, block, error)
    }
  }

  async #index(path: string): Promise<Uint8Array> {
    const known = this.#indexes.get(path)
    if (known !== undefined) return known
    const index = await this.#disk.readFile(`${path}.index`)
    if (this.#indexes.size >= MAX_INDEXES) {
      for (const oldest of this.#indexes.keys()) {
        this.#indexes.delete(oldest)
        break
      }
    }
    this.#indexes.set(path, index)
    return index
  }
}

function pathOf(directory: string, { shuffleId, mapPartition, mapAttempt }: BlockId): string {
  return mapOutputPath(directory, { shuffleId, mapPartition, attempt: mapAttempt })
}

function missing(path: string, block: BlockId, cause: unknown): unknown {
  if (isTroupeError(cause, 'TROUPE_SPARK_BLOCK_CORRUPT')) return cause
  const { shuffleId, mapPartition, mapAttempt, reducePartition } = block
  return new SparkError(
    'TROUPE_SPARK_BLOCK_MISSING',
    `Map output ${path}.data can't be read here: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause, data: { shuffleId, mapPartition, mapAttempt, reducePartition } },
  )
}

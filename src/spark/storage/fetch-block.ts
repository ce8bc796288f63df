import type { ActorRef } from '../../actors/index.ts'
import { isTroupeError, type Disk } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { writeChunks, type FileSum } from './block-file.ts'
import { MAX_BLOCK_CHUNK_BYTES, type BlockChunk, type BlockCommand } from './protocol.ts'

/** Chunks of one block that are asked for at a time. */
const MAX_IN_FLIGHT = 4
/** How long one question waits for its answer before it is asked again: it may be lost with its connection. */
const ASK_MS = 5_000
/** Of a buffer of a block in memory; a multiple of what one message brings. */
const BUFFER_BYTES = 256 * MAX_BLOCK_CHUNK_BYTES

/** A block of another executor, which is here now. */
export type FetchedBlock =
  | { readonly type: 'bytes'; readonly chunks: readonly Uint8Array[] }
  /** In a file that is the caller's. */
  | ({ readonly type: 'file'; readonly path: string } & FileSum)

/** Where a block goes that is fetched. */
export interface FetchPlan {
  /** For one of so many bytes; undefined: it is not wanted then. */
  readonly placeFor: (sizeBytes: number) => 'memory' | 'disk' | undefined
  readonly disk: Disk
  /** Of a file that nobody else writes to. */
  readonly newPath: () => string
}

/**
 * A block that another executor keeps, chunk by chunk; undefined when it does not, or when it is not wanted.
 *
 * @throws what asks throw, and the disk
 */
export async function fetchBlock(
  from: ActorRef<BlockCommand>,
  name: string,
  timeoutMs: number,
  plan: FetchPlan,
): Promise<FetchedBlock | undefined> {
  const read = (offset: number): Promise<BlockChunk> => readChunk(from, name, offset, timeoutMs)
  const first = await read(0)
  if (first.type === 'block-absent') return undefined
  const place = plan.placeFor(first.totalBytes)
  if (place === undefined) return undefined
  const chunks = chunksInOrder(first, read)
  try {
    if (place === 'memory')
      return { type: 'bytes', chunks: await toMemory(first.totalBytes, chunks) }
    const path = plan.newPath()
    return { type: 'file', path, ...(await writeChunks(plan.disk, path, chunks)) }
  } catch (error) {
    if (isTroupeError(error, 'TROUPE_SPARK_BLOCK_MISSING')) return undefined
    throw error
  }
}

type FirstChunk = Extract<BlockChunk, { type: 'block-chunk' }>

/** All bytes in order, a few chunks on their way at a time. @throws TROUPE_SPARK_BLOCK_MISSING when it goes meanwhile */
async function* chunksInOrder(
  first: FirstChunk,
  read: (offset: number) => Promise<BlockChunk>,
): AsyncGenerator<Uint8Array> {
  const { totalBytes } = first
  const inFlight: Promise<BlockChunk>[] = []
  let asked = first.bytes.length
  let at = asked
  yield first.bytes
  while (at < totalBytes) {
    while (asked < totalBytes && inFlight.length < MAX_IN_FLIGHT) {
      const chunk = read(asked)
      chunk.catch(() => {}) // looked at in its turn
      inFlight.push(chunk)
      asked += MAX_BLOCK_CHUNK_BYTES
    }
    const chunk = await (inFlight.shift() as Promise<BlockChunk>)
    const expected = Math.min(MAX_BLOCK_CHUNK_BYTES, totalBytes - at)
    if (chunk.type === 'block-absent' || chunk.bytes.length !== expected) {
      throw new SparkError(
        'TROUPE_SPARK_BLOCK_MISSING',
        `A block of ${totalBytes} bytes went while it was fetched, at byte ${at}`,
        { data: { totalBytes, at } },
      )
    }
    yield chunk.bytes
    at += expected
  }
}

/** In buffers that all threads can read, none of which is larger than one may be. */
async function toMemory(
  totalBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  const buffers: Uint8Array[] = []
  let at = 0
  for await (const chunk of chunks) {
    const inBuffer = at % BUFFER_BYTES
    if (inBuffer === 0) {
      const sizeBytes = Math.min(BUFFER_BYTES, totalBytes - at)
      buffers.push(new Uint8Array(new SharedArrayBuffer(sizeBytes)))
    }
    buffers.at(-1)?.set(chunk, inBuffer)
    at += chunk.length
  }
  return buffers
}

/** Asks twice: reading twice does no harm. */
async function readChunk(
  from: ActorRef<BlockCommand>,
  name: string,
  offset: number,
  timeoutMs: number,
): Promise<BlockChunk> {
  const ask = (): Promise<BlockChunk> =>
    from.ask<BlockChunk>(
      (replyTo) => ({
        type: 'read-block',
        name,
        offset,
        lengthBytes: MAX_BLOCK_CHUNK_BYTES,
        replyTo,
      }),
      { timeoutMs: Math.min(timeoutMs, ASK_MS) },
    )
  return ask().catch(ask)
}

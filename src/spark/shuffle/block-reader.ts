import { Batches, columnBatches, type AnyBatch, type Batch } from '../batches/index.ts'
import { Scratch, decodeColumns } from '../columns/index.ts'
import { FetchFailedError, type FetchFailureKind } from '../errors.ts'
import { adler32 } from './adler32.ts'
import type { Pair } from './aggregator.ts'
import { BlockWindow, type FetchedBlock } from './block-window.ts'
import { giveChunkMemory } from './chunk-memory.ts'
import type { SpillSpace } from './external/index.ts'
import { DEFAULT_FETCH_LIMITS, type FetchLimits } from './fetch-limits.ts'
import {
  COLUMNS,
  COLUMNS_HEAD_BYTES,
  FrameReader,
  RecordReader,
  type BatchCodec,
  type Decompress,
} from './records/index.ts'

/** One block that a reduce task is to read, and what is known of it. */
export interface BlockLocation {
  readonly shuffleId: number
  readonly mapPartition: number
  /** Which attempt's files; unique in the application. */
  readonly mapAttempt: number
  readonly reducePartition: number
  readonly executorId: string
  readonly lengthBytes: number
  /** Adler-32 of the block as it was written. */
  readonly checksum: number
}

/** Gives the bytes of a block, in chunks, perhaps not for the first time; fails with FetchFailedError. */
export type FetchBlock = (block: BlockLocation, isAgain?: boolean) => AsyncIterable<Uint8Array>

/** What a reduce task reads its blocks with. */
export interface BlockReading {
  readonly fetch: FetchBlock
  /** Whose blocks lie here: they are read one at a time, the next one ahead. */
  readonly ownId?: string
  /** For blocks that are too long for memory. */
  readonly space: SpillSpace
  readonly decompress?: Decompress | undefined
  readonly limits?: FetchLimits
}

/**
 * The pages of the blocks, block by block in the order given (map partition by map partition, so that a rerun reads the same),
 * several on their way at a time. No page is given before its whole block has the length and the checksum that it was written
 * with; one that has not is fetched once more. Empty blocks are not fetched. Pages are good until the next pull.
 *
 * @throws TROUPE_SPARK_FETCH_FAILED
 */
export function readPages(
  blocks: readonly BlockLocation[],
  { fetch, ownId, space, decompress, limits = DEFAULT_FETCH_LIMITS }: BlockReading,
): Batches<Uint8Array> {
  const full = blocks.filter((block) => block.lengthBytes > 0)
  const window = new BlockWindow(
    full,
    (block) => {
      if (block.lengthBytes <= limits.maxBytesInMemory) return fetchChecked(block, fetch, toMemory)
      if (block.executorId === ownId) return fetchChecked(block, fetch, inPlace)
      return fetchChecked(block, fetch, (fetchIt) => toDisk(block, fetchIt, space))
    },
    limits,
    ownId,
  )
  let current: AsyncIterator<Uint8Array> | undefined
  let frames = new FrameReader(decompress)
  const next = async (): Promise<Batch<Uint8Array> | undefined> => {
    for (;;) {
      if (current === undefined) {
        const block = await window.next()
        if (block === undefined) return undefined
        current = block.chunks()[Symbol.asyncIterator]()
        frames = new FrameReader(decompress)
      }
      const step = await current.next()
      if (step.done === true) {
        current = undefined
        continue
      }
      const pages = frames.push(step.value)
      if (pages.length > 0) return pages
    }
  }
  return new Batches(next, async () => {
    await current?.return?.()
    await window.close()
  })
}

/** The pairs of pages, a page at a time; as columns where they were written so. */
export function pairsOfPages(pages: Batches<Uint8Array>, codec: BatchCodec): Batches<Pair> {
  const reader = new RecordReader(codec)
  const scratch = new Scratch()
  let ready: Batch<Uint8Array> = []
  let at = 0
  const take = (batch: Batch<Uint8Array> | undefined): AnyBatch<Pair> | undefined => {
    if (batch === undefined) return undefined
    ready = batch
    at = 0
    return page()
  }
  const page = (): AnyBatch<Pair> => {
    const bytes = ready[at]
    if (bytes === undefined) return []
    at += 1
    if (bytes[0] === COLUMNS) {
      scratch.reset()
      return decodeColumns(bytes.subarray(COLUMNS_HEAD_BYTES), scratch)
    }
    reader.open(bytes)
    return reader.readPairs()
  }
  return columnBatches(() => {
    if (at < ready.length) return page()
    const pulled = pages.next()
    return pulled instanceof Promise ? pulled.then(take) : take(pulled)
  }, pages.close)
}

/** Fetches the block and hands its chunks on; resolves to whether it is what was written. */
type FetchIt = (take: (chunk: Uint8Array) => void | Promise<void>) => Promise<boolean>

/** The whole block, looked through; fetched again when it is not what was written. */
async function fetchChecked(
  block: BlockLocation,
  fetch: FetchBlock,
  keep: (
    fetchIt: FetchIt,
    again: () => AsyncIterable<Uint8Array>,
  ) => Promise<FetchedBlock | undefined>,
): Promise<FetchedBlock> {
  const again = (): AsyncIterable<Uint8Array> => fetch(block, true)
  for (let tries = 1; ; tries += 1) {
    const isAgain = tries > 1
    const fetched = await keep((take) => checked(block, fetch(block, isAgain), take), again)
    if (fetched !== undefined) return fetched
    if (isAgain) throw fetchFailed(block, 'corrupt')
  }
}

async function toMemory(fetchIt: FetchIt): Promise<FetchedBlock | undefined> {
  const chunks: Uint8Array[] = []
  if (!(await fetchIt((chunk) => void chunks.push(chunk)))) return undefined
  return {
    async *chunks() {
      // Each is let go when it is read.
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
        yield chunk
        giveChunkMemory(chunk)
      }
    },
    discard: () => Promise.resolve(),
  }
}

/** A long block that lies here is read twice: that is less than to write it once more. */
async function inPlace(
  fetchIt: FetchIt,
  again: () => AsyncIterable<Uint8Array>,
): Promise<FetchedBlock | undefined> {
  if (!(await fetchIt(giveChunkMemory))) return undefined
  return {
    async *chunks() {
      for await (const chunk of again()) {
        yield chunk
        giveChunkMemory(chunk)
      }
    },
    discard: () => Promise.resolve(),
  }
}

/** Read at a time from a block that was fetched to disk. */
const READ_BYTES = 1 << 20

async function toDisk(
  block: BlockLocation,
  fetchIt: FetchIt,
  space: SpillSpace,
): Promise<FetchedBlock | undefined> {
  const path = space.newPath()
  const file = await space.disk.create(path)
  let isWhole = false
  try {
    isWhole = await fetchIt((chunk) => file.append(chunk))
  } finally {
    await file.close()
    if (!isWhole) await space.remove(path)
  }
  if (!isWhole) return undefined
  return {
    async *chunks() {
      const read = await space.disk.open(path)
      try {
        for (let at = 0; at < block.lengthBytes; at += READ_BYTES) {
          yield await read.read(at, Math.min(READ_BYTES, block.lengthBytes - at))
        }
      } finally {
        await read.close()
        await space.remove(path)
      }
    },
    discard: () => space.remove(path),
  }
}

/** Takes the chunks of a block to its end; whether it is what was written. */
async function checked(
  block: BlockLocation,
  chunks: AsyncIterable<Uint8Array>,
  take: (chunk: Uint8Array) => void | Promise<void>,
): Promise<boolean> {
  let lengthBytes = 0
  let checksum = 1
  for await (const chunk of chunks) {
    lengthBytes += chunk.length
    if (lengthBytes > block.lengthBytes) return false
    checksum = adler32(chunk, checksum)
    const taken = take(chunk)
    if (taken !== undefined) await taken
  }
  return lengthBytes === block.lengthBytes && checksum === block.checksum
}

/** The failure to read `block`. */
export function fetchFailed(
  block: BlockLocation,
  kind: FetchFailureKind,
  cause?: unknown,
): FetchFailedError {
  const { shuffleId, mapPartition, mapAttempt, reducePartition, executorId } = block
  const why = cause instanceof Error ? cause.message : undefined
  const failure = {
    kind,
    shuffleId,
    mapPartition,
    mapAttempt,
    reducePartition,
    executorId,
    ...(why !== undefined && { why }),
  }
  return new FetchFailedError(failure, cause)
}

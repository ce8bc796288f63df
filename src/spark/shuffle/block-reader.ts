import { columnBatches, concatBatches, type AnyBatch, type Batches } from '../batches/index.ts'
import { decodeColumns } from '../columns/index.ts'
import { FetchFailedError, type FetchFailureKind } from '../errors.ts'
import { adler32 } from './adler32.ts'
import type { Pair } from './aggregator.ts'
import { COLUMNS, FrameReader, RecordReader, type BatchCodec } from './records/index.ts'

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

/** Gives the bytes of a block, in chunks; fails with FetchFailedError. */
export type FetchBlock = (block: BlockLocation) => AsyncIterable<Uint8Array>

/**
 * The pairs of the blocks, block by block in the order given (map partition by map partition, so that a
 * rerun reads the same), each checked against its length and checksum. Empty blocks are not fetched.
 *
 * @throws TROUPE_SPARK_FETCH_FAILED
 */
export function readBlocks(
  blocks: readonly BlockLocation[],
  fetch: FetchBlock,
  codec: BatchCodec,
): Batches<Pair> {
  const full = blocks.filter((block) => block.lengthBytes > 0)
  return concatBatches(full.map((block) => () => readBlock(block, fetch, codec)))
}

function readBlock(block: BlockLocation, fetch: FetchBlock, codec: BatchCodec): Batches<Pair> {
  const chunks = fetch(block)[Symbol.asyncIterator]()
  const frames = new FrameReader(undefined)
  const records = new RecordReader(codec)
  const ready: AnyBatch<Pair>[] = []
  let lengthBytes = 0
  let checksum = 1
  let done = false
  const refill = async (): Promise<AnyBatch<Pair> | undefined> => {
    while (!done) {
      const step = await chunks.next()
      if (step.done === true) {
        done = true
        if (lengthBytes !== block.lengthBytes || checksum !== block.checksum) {
          throw fetchFailed(block, 'corrupt')
        }
        return undefined
      }
      lengthBytes += step.value.length
      checksum = adler32(step.value, checksum)
      ready.push(...decoded(frames, records, step.value, block))
      if (ready.length > 0) return ready.shift()
    }
    return undefined
  }
  return columnBatches<Pair>(
    () => (ready.length > 0 ? ready.shift() : done ? undefined : refill()),
    async () => {
      if (!done) await chunks.return?.()
      done = true
    },
  )
}

/** A broken block shows as bytes that do not decode, or only by its checksum. */
function decoded(
  frames: FrameReader,
  records: RecordReader,
  chunk: Uint8Array,
  block: BlockLocation,
): AnyBatch<Pair>[] {
  try {
    return frames.push(chunk).map((page) => {
      if (page[0] === COLUMNS) return decodeColumns(page.subarray(1))
      records.open(page)
      return records.readPairs()
    })
  } catch (error) {
    throw fetchFailed(block, 'corrupt', error)
  }
}

/** The failure to read `block`. */
export function fetchFailed(
  block: BlockLocation,
  kind: FetchFailureKind,
  cause?: unknown,
): FetchFailedError {
  const { shuffleId, mapPartition, mapAttempt, reducePartition, executorId } = block
  const failure = { kind, shuffleId, mapPartition, mapAttempt, reducePartition, executorId }
  return new FetchFailedError(failure, cause)
}

import type { ActorRef } from '../../actors/index.ts'
import { MAX_BLOCK_CHUNK_BYTES, type BlockChunk, type BlockCommand } from './protocol.ts'

/** Chunks of one block that are asked for at a time. */
const MAX_IN_FLIGHT = 4
/** How long one question waits for its answer before it is asked again: it may be lost with its connection. */
const ASK_MS = 5_000

/** The bytes of a block that another executor keeps; undefined when it does not. @throws what asks throw */
export async function fetchBlock(
  from: ActorRef<BlockCommand>,
  name: string,
  timeoutMs: number,
): Promise<readonly Uint8Array[] | undefined> {
  const read = (offset: number): Promise<BlockChunk> => readChunk(from, name, offset, timeoutMs)
  const first = await read(0)
  if (first.type === 'block-absent') return undefined
  const bytes = new Uint8Array(new SharedArrayBuffer(first.totalBytes))
  bytes.set(first.bytes)
  let next = first.bytes.length
  let isWhole = true
  const lane = async (): Promise<void> => {
    while (next < first.totalBytes && isWhole) {
      const offset = next
      next += MAX_BLOCK_CHUNK_BYTES
      const chunk = await read(offset)
      const expected = Math.min(MAX_BLOCK_CHUNK_BYTES, first.totalBytes - offset)
      if (chunk.type === 'block-absent' || chunk.bytes.length !== expected) isWhole = false
      else bytes.set(chunk.bytes, offset)
    }
  }
  await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, lane))
  return isWhole ? [bytes] : undefined
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

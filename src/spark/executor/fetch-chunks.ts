import { MAX_CHUNK_BYTES } from './protocol.ts'

/** Chunks of one block that are asked for at a time. */
const MAX_IN_FLIGHT = 4

/** Gives bytes of a block from `offset` on. */
export type ReadBytes = (offset: number, lengthBytes: number) => Promise<Uint8Array>

/** The bytes of a block in chunks of at most 256 KiB, a few of which are on their way at a time. */
export async function* fetchChunks(
  block: { readonly lengthBytes: number },
  read: ReadBytes,
): AsyncIterable<Uint8Array> {
  const inFlight: Promise<Uint8Array>[] = []
  let asked = 0
  while (asked < block.lengthBytes || inFlight.length > 0) {
    while (asked < block.lengthBytes && inFlight.length < MAX_IN_FLIGHT) {
      const lengthBytes = Math.min(MAX_CHUNK_BYTES, block.lengthBytes - asked)
      const chunk = read(asked, lengthBytes)
      chunk.catch(() => {}) // looked at in its turn
      inFlight.push(chunk)
      asked += lengthBytes
    }
    yield await (inFlight.shift() as Promise<Uint8Array>)
  }
}

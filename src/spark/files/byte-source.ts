import type { ByteSource, ReadFile } from '../../platform/index.ts'

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 20

/** All bytes of a file, which is closed then; fewer than it said when it has become shorter. */
export async function bytesOf(file: ReadFile): Promise<Uint8Array> {
  try {
    return await file.read(0, file.sizeBytes)
  } finally {
    await file.close()
  }
}

/** A file as bytes that come one piece after the other. */
export function sourceOf(file: ReadFile): ByteSource {
  let at = 0
  let isClosed = false
  return {
    async next() {
      if (at >= file.sizeBytes) return undefined
      const piece = await file.read(at, Math.min(PIECE_BYTES, file.sizeBytes - at))
      at += piece.length
      return piece.length === 0 ? undefined : piece
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await file.close()
    },
  }
}

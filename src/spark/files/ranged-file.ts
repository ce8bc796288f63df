import type { ReadFile } from '../../platform/index.ts'

/** Bytes fetched at a time: twice as many each time that reading goes on where it was. */
const FIRST_BYTES = 64 << 10
const MOST_BYTES = 4 << 20

/** Fetches up to `length` bytes at `offset`; fewer only at the end of the file. */
export type FetchRange = (offset: number, length: number) => Promise<Uint8Array>

interface Piece {
  readonly offset: number
  readonly length: number
  readonly bytes: Promise<Uint8Array>
}

/**
 * A file that is fetched by ranges: the next one is on its way while the last is read, as long as reading goes on from where it
 * was. `endBytes` bounds what is fetched ahead, not what can be read.
 */
export function rangedFile(sizeBytes: number, endBytes: number, fetch: FetchRange): ReadFile {
  let piece: Piece | undefined
  let ahead: Piece | undefined
  let window = FIRST_BYTES
  let next = 0
  let isClosed = false
  let last: Promise<unknown> = Promise.resolve()

  const begin = (offset: number, length: number): Piece => {
    const bytes = fetch(offset, length)
    bytes.catch(() => {}) // looked at when it is read
    return { offset, length, bytes }
  }

  /** The piece that has the byte at `offset`. */
  const pieceAt = (offset: number, wanted: number): Piece => {
    if (has(piece, offset)) return piece
    if (has(ahead, offset)) piece = ahead
    else {
      window = offset === next ? Math.min(2 * window, MOST_BYTES) : FIRST_BYTES
      piece = begin(offset, Math.min(Math.max(window, wanted), sizeBytes - offset))
    }
    ahead = undefined
    return piece
  }

  /** Of a piece that is not looked at again when it can't be had. */
  const bytesOf = async (current: Piece): Promise<Uint8Array> => {
    try {
      return await current.bytes
    } catch (error) {
      if (piece === current) piece = undefined
      throw error
    }
  }

  const lookAhead = ({ offset, length }: Piece, at: number): void => {
    const from = offset + length
    const until = Math.min(endBytes, sizeBytes)
    if (isClosed || ahead !== undefined || from >= until || at < offset + length / 2) return
    window = Math.min(2 * window, MOST_BYTES)
    ahead = begin(from, Math.min(window, until - from))
  }

  const read = async (from: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(from + length, sizeBytes)
    const parts: Uint8Array[] = []
    for (let at = from; at < end;) {
      const current = pieceAt(at, end - at)
      const bytes = await bytesOf(current)
      const part = bytes.subarray(at - current.offset, end - current.offset)
      if (part.length === 0) break // it has become shorter
      parts.push(part)
      at += part.length
      if (from === next) lookAhead(current, at)
    }
    const [only] = parts
    const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
    next = from + bytes.length
    return bytes
  }

  return {
    sizeBytes,
    read(offset, length) {
      const done = last.then(() => read(offset, length))
      last = done.catch(() => undefined)
      return done
    },
    async close() {
      isClosed = true
      await last
      await ahead?.bytes.catch(() => undefined)
      piece = undefined
      ahead = undefined
    },
  }
}

function has(piece: Piece | undefined, offset: number): piece is Piece {
  return piece !== undefined && offset >= piece.offset && offset < piece.offset + piece.length
}

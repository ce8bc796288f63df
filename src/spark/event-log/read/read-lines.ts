import type { Disk } from '../../../platform/index.ts'

const PIECE_BYTES = 1 << 20
const NEWLINE = 0x0a

/**
 * Gives the whole lines of a file to `take`, from a byte on, as far as it is written.
 *
 * @returns the byte behind the last whole line: where to go on once there is more
 */
export async function readLines(
  disk: Disk,
  path: string,
  from: number,
  take: (line: string) => void,
): Promise<number> {
  const file = await disk.open(path)
  const decoder = new TextDecoder()
  try {
    let begun: Uint8Array = new Uint8Array(0)
    let behind = from
    for (let at = from; at < file.sizeBytes;) {
      const piece = await file.read(at, Math.min(PIECE_BYTES, file.sizeBytes - at))
      if (piece.length === 0) break
      at += piece.length
      const bytes = begun.length === 0 ? piece : Buffer.concat([begun, piece])
      let start = 0
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        const line = bytes.subarray(start, end)
        start = end + 1
        if (line.length > 0) take(decoder.decode(line))
      }
      behind += start
      begun = bytes.subarray(start)
    }
    return behind
  } finally {
    await file.close()
  }
}

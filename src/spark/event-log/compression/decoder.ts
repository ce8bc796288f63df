import type { FrameReader } from './frames.ts'
import { lz4Reader } from './lz4-frames.ts'
import { lzfReader } from './lzf-frames.ts'
import { snappyReader } from './snappy-frames.ts'
import { zstdDecoder } from './zstd-frames.ts'

/**
 * Takes the next bytes of a log as it lies there, and gives what they are made to, as far as that can be said yet.
 *
 * @throws TROUPE_SPARK_EVENT_LOG_DAMAGED
 */
export type Decoder = (bytes: Uint8Array) => readonly Uint8Array[]

const READERS: Readonly<Record<string, FrameReader>> = {
  lz4: lz4Reader,
  lzf: lzfReader,
  snappy: snappyReader,
}

/** The decoder of a log, by its name: its suffix tells the codec, as in Spark. */
export async function decoderOf(fileName: string): Promise<Decoder> {
  const codec = /\.(lz4|lzf|snappy|zstd)(\.inprogress)?$/.exec(fileName)?.[1]
  if (codec === 'zstd') return zstdDecoder()
  const reader = codec === undefined ? undefined : READERS[codec]
  return reader === undefined ? (bytes) => [bytes] : framesDecoder(reader)
}

function framesDecoder(reader: FrameReader): Decoder {
  let waiting: Uint8Array = new Uint8Array(0)
  let headBytes = reader.headBytes
  return (bytes) => {
    waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
    const skipped = Math.min(headBytes, waiting.length)
    headBytes -= skipped
    waiting = waiting.subarray(skipped)
    const made: Uint8Array[] = []
    for (;;) {
      const frame = waiting.length === 0 ? undefined : reader.next(waiting)
      if (frame === undefined) return made
      made.push(frame.raw)
      waiting = waiting.subarray(frame.takenBytes)
    }
  }
}

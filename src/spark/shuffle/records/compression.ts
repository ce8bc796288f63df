import { FRAME_HEAD_BYTES, writeFrameHead, type Decompress } from './frames.ts'

/** A way to make pages shorter; both sides of a shuffle have the same one. */
export interface PageCompression {
  readonly compress: (page: Uint8Array) => Uint8Array
  readonly decompress: Decompress
}

/** The frame of `page`, which has room for a head before it, with its content compressed; undefined where that is no gain. */
export function compressedFrame(page: Buffer, { compress }: PageCompression): Buffer | undefined {
  const rawBytes = page.length - FRAME_HEAD_BYTES
  const compressed = compress(page.subarray(FRAME_HEAD_BYTES))
  if (compressed.length >= rawBytes) return undefined
  const frame = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES + compressed.length)
  frame.set(compressed, FRAME_HEAD_BYTES)
  writeFrameHead(frame, rawBytes)
  return frame
}

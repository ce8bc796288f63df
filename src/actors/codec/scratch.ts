/** Frames up to this size lie in Node's pool: an allocation of their own takes longer than to encode them. */
const POOLED_BYTES = 1024
/** Frames up to this size are copied out of the scratch buffer; larger ones take it along. */
const COPIED_BYTES = 64 * 1024
const SMALLEST_BYTES = 256 * 1024
const LARGEST_BYTES = 2 * 1024 * 1024
/** A larger buffer than this grows by what is needed alone: no buffer may have four times as much. */
const DOUBLED_BYTES = 2 ** 30

let kept: Buffer | undefined = undefined
let usualBytes = SMALLEST_BYTES

/** A buffer to write into, of at least `sizeBytes`; give it back by {@link cutFrame} or {@link giveBack}. */
export function takeScratch(sizeBytes = 0): Buffer {
  const scratch = kept
  kept = undefined
  if (scratch !== undefined && scratch.length >= sizeBytes) return scratch
  // allocUnsafeSlow: a thread hands whole array buffers over, which must not be Node's pool.
  return Buffer.allocUnsafeSlow(Math.max(usualBytes, sizeBytes))
}

/** A larger buffer with the same beginning. */
export function growScratch(scratch: Buffer, filledBytes: number, neededBytes: number): Buffer {
  const doubledBytes = Math.min(scratch.length, DOUBLED_BYTES) + scratch.length
  const larger = Buffer.allocUnsafeSlow(Math.max(doubledBytes, filledBytes + neededBytes))
  larger.set(scratch.subarray(0, filledBytes))
  usualBytes = Math.min(LARGEST_BYTES, Math.max(usualBytes, larger.length))
  return larger
}

export function giveBack(scratch: Buffer): void {
  if (scratch.length <= LARGEST_BYTES) kept = scratch
}

/** The first `sizeBytes` of a scratch buffer as bytes of their own. */
export function cutFrame(scratch: Buffer, sizeBytes: number): Uint8Array {
  if (sizeBytes > COPIED_BYTES) return new Uint8Array(scratch.buffer, 0, sizeBytes)
  giveBack(scratch)
  const written = scratch.subarray(0, sizeBytes)
  if (sizeBytes > POOLED_BYTES) return new Uint8Array(written)
  const frame = Buffer.allocUnsafe(sizeBytes)
  frame.set(written)
  return frame
}

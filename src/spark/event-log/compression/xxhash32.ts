const P1 = 0x9e3779b1
const P2 = 0x85ebca77
const P3 = 0xc2b2ae3d
const P4 = 0x27d4eb2f
const P5 = 0x165667b1
const LANE = 4
const STRIPE = 16

/** xxHash, 32 bits, as a number of 0 or more. @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
export function xxHash32(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { length } = bytes
  let at = 0
  let hash: number
  if (length >= STRIPE) {
    let a = (seed + P1 + P2) | 0
    let b = (seed + P2) | 0
    let c = seed | 0
    let d = (seed - P1) | 0
    for (; at <= length - STRIPE; at += STRIPE) {
      a = round(a, view.getUint32(at, true))
      b = round(b, view.getUint32(at + LANE, true))
      c = round(c, view.getUint32(at + 2 * LANE, true))
      d = round(d, view.getUint32(at + 3 * LANE, true))
    }
    hash = (turned(a, 1) + turned(b, 7) + turned(c, 12) + turned(d, 18)) | 0
  } else {
    hash = (seed + P5) | 0
  }
  hash = (hash + length) | 0
  for (; at <= length - LANE; at += LANE) {
    hash = Math.imul(turned((hash + Math.imul(view.getUint32(at, true), P3)) | 0, 17), P4)
  }
  for (; at < length; at += 1) {
    hash = Math.imul(turned((hash + Math.imul(view.getUint8(at), P5)) | 0, 11), P1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2)
  hash = Math.imul(hash ^ (hash >>> 13), P3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function round(lane: number, input: number): number {
  return Math.imul(turned((lane + Math.imul(input, P2)) | 0, 13), P1)
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

import { FRAME_HEAD_BYTES, LinkError } from '../links/index.ts'

/** Larger frames get their memory as they arrive: who declares much must send it, too. */
const AT_ONCE_BYTES = 1024 * 1024

/**
 * Cuts a stream of bytes into frames: four bytes of length (of what follows them), one of flags, then the body.
 * Frames that arrive in one piece are views of it; others are put together once.
 */
export class FrameSplitter {
  /** Largest body, in bytes. */
  limitBytes: number
  readonly #onFrame: (frame: Uint8Array) => void
  /** The beginning of a head that came apart. */
  #head: Uint8Array = new Uint8Array(0)
  /** The frame that is being put together; as long as its size, or as what has come of it so far allows. */
  #frame: Uint8Array | undefined
  #size = 0
  #filled = 0

  constructor(limitBytes: number, onFrame: (frame: Uint8Array) => void) {
    this.limitBytes = limitBytes
    this.#onFrame = onFrame
  }

  /** @throws TROUPE_LINK_FRAME_TOO_LARGE, TROUPE_LINK_PROTOCOL */
  push(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.byteLength > 0) {
      if (this.#frame !== undefined) rest = this.#fill(this.#frame, rest)
      else {
        if (this.#head.byteLength > 0) {
          rest = joined(this.#head, rest)
          this.#head = new Uint8Array(0)
        }
        if (rest.byteLength < FRAME_HEAD_BYTES) {
          this.#head = rest
          return
        }
        rest = this.#begin(rest)
      }
    }
  }

  #begin(bytes: Uint8Array): Uint8Array {
    const size = this.#sizeOf(bytes)
    if (bytes.byteLength >= size) {
      this.#onFrame(bytes.subarray(0, size))
      return bytes.subarray(size)
    }
    const frame = new Uint8Array(Math.min(size, Math.max(AT_ONCE_BYTES, bytes.byteLength * 2)))
    frame.set(bytes)
    this.#size = size
    this.#filled = bytes.byteLength
    this.#frame = frame
    return bytes.subarray(bytes.byteLength)
  }

  #fill(begun: Uint8Array, bytes: Uint8Array): Uint8Array {
    const missing = this.#size - this.#filled
    const piece = bytes.byteLength > missing ? bytes.subarray(0, missing) : bytes
    const frame = this.#withRoom(begun, this.#filled + piece.byteLength)
    frame.set(piece, this.#filled)
    this.#filled += piece.byteLength
    if (this.#filled === this.#size) {
      this.#frame = undefined
      this.#onFrame(frame)
    }
    return bytes.subarray(piece.byteLength)
  }

  #withRoom(frame: Uint8Array, neededBytes: number): Uint8Array {
    if (neededBytes <= frame.byteLength) return frame
    const larger = new Uint8Array(Math.min(this.#size, Math.max(neededBytes, frame.byteLength * 2)))
    larger.set(frame.subarray(0, this.#filled))
    this.#frame = larger
    return larger
  }

  #sizeOf(bytes: Uint8Array): number {
    const [a = 0, b = 0, c = 0, d = 0] = bytes
    const length = a * 0x1000000 + (b << 16) + (c << 8) + d
    if (length < 1) {
      throw new LinkError(
        'TROUPE_LINK_PROTOCOL',
        'a frame of no length: the peer is no Troupe node',
        {
          data: { length },
        },
      )
    }
    if (length - 1 > this.limitBytes) {
      throw new LinkError(
        'TROUPE_LINK_FRAME_TOO_LARGE',
        `a frame of ${String(length)} bytes is over the limit of ${String(this.limitBytes)}: send less at a time, or raise maxFrameBytes on both sides`,
        { data: { length, limitBytes: this.limitBytes } },
      )
    }
    return length + 4
  }
}

/** Writes the length of a frame into its head. */
export function sealFrame(frame: Uint8Array): void {
  const length = frame.byteLength - 4
  frame[0] = length >>> 24
  frame[1] = length >>> 16
  frame[2] = length >>> 8
  frame[3] = length
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength)
  whole.set(a)
  whole.set(b, a.byteLength)
  return whole
}

import { FRAME_HEAD_BYTES, LinkError } from '../links/index.ts'

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
  #frame: Uint8Array | undefined
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
    const frame = new Uint8Array(size)
    frame.set(bytes)
    this.#filled = bytes.byteLength
    this.#frame = frame
    return bytes.subarray(bytes.byteLength)
  }

  #fill(frame: Uint8Array, bytes: Uint8Array): Uint8Array {
    const missing = frame.byteLength - this.#filled
    const piece = bytes.byteLength > missing ? bytes.subarray(0, missing) : bytes
    frame.set(piece, this.#filled)
    this.#filled += piece.byteLength
    if (this.#filled === frame.byteLength) {
      this.#frame = undefined
      this.#onFrame(frame)
    }
    return bytes.subarray(piece.byteLength)
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

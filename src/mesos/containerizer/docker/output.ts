const HEADER_BYTES = 8
const STDERR = 2

/**
 * Takes an engine's stream of a container's output apart: frames of a byte for the stream, three of nothing, four for the length.
 * Frames may come in any pieces.
 */
export class OutputFrames {
  readonly #onOutput: (name: 'stdout' | 'stderr', bytes: Uint8Array) => void
  #rest: Uint8Array = new Uint8Array(0)

  constructor(onOutput: (name: 'stdout' | 'stderr', bytes: Uint8Array) => void) {
    this.#onOutput = onOutput
  }

  push(bytes: Uint8Array): void {
    let rest = this.#rest.byteLength === 0 ? bytes : joined(this.#rest, bytes)
    while (rest.byteLength >= HEADER_BYTES) {
      const view = new DataView(rest.buffer, rest.byteOffset, HEADER_BYTES)
      const end = HEADER_BYTES + view.getUint32(4)
      if (rest.byteLength < end) break
      this.#onOutput(rest[0] === STDERR ? 'stderr' : 'stdout', rest.subarray(HEADER_BYTES, end))
      rest = rest.subarray(end)
    }
    this.#rest = rest
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength)
  both.set(a)
  both.set(b, a.byteLength)
  return both
}

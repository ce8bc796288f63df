/**
 * Chance that comes from numbers alone: the same numbers draw the same, on every agent and every time, so that an operation that is
 * run again writes the same row, and a reader knows what must be there. Some nanoseconds a draw.
 *
 * @see "splitmix" and "murmur3", whose finalizer mixes the bits
 */
export class SeededStream {
  #state: number

  /** @param parts whole numbers; each is taken with 53 bits */
  constructor(...parts: readonly number[]) {
    let state = 0x9e3779b9
    for (const part of parts) {
      state = mixed(state ^ (part | 0))
      state = mixed(state + Math.floor(part / 2 ** 32) + 0x9e3779b9)
    }
    this.#state = state
  }

  /** 32 bits, from 0 on. */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    return mixed(this.#state) >>> 0
  }

  /** Uniform in [0, 1), with 53 bits. */
  float(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53
  }

  /** Uniform whole number in [0, bound). */
  int(bound: number): number {
    return Math.floor(this.float() * bound)
  }

  /** A uuid of version 4. */
  uuid(): string {
    const [a, b, c, d] = [this.bits(), this.bits(), this.bits(), this.bits()]
    return (
      `${hex(a)}-${hex(b).slice(0, 4)}-4${hex(b).slice(5)}-` +
      `${hex((c & 0x3fff_ffff) | 0x8000_0000).slice(0, 4)}-${hex(c).slice(4)}${hex(d)}`
    )
  }

  /** Small letters and digits. */
  text(length: number): string {
    let text = ''
    while (text.length < length) text += this.bits().toString(36)
    return text.slice(0, length)
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 4) {
      const bits = this.bits()
      bytes[at] = bits
      bytes[at + 1] = bits >>> 8
      bytes[at + 2] = bits >>> 16
      bytes[at + 3] = bits >>> 24
    }
    return bytes
  }
}

function mixed(given: number): number {
  let bits = given | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0')
}

const floats: Float64Array = new Float64Array(1)
const words: Int32Array = new Int32Array(floats.buffer)

/** A running hash of 64 bits over all that a simulation did; not for secrets. */
export class TraceHash {
  #a = 0x811c9dc5 | 0
  #b = 0x9e3779b9 | 0
  readonly #texts: Map<string, number> = new Map()

  int(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193) ^ (this.#a >>> 13)
    this.#b = Math.imul((this.#b + value) | 0, 0x85ebca6b) ^ (this.#b >>> 15)
  }

  float(value: number): void {
    floats[0] = value
    this.int(words[0] as number)
    this.int(words[1] as number)
  }

  /** Texts are hashed once and remembered: only for those of a small vocabulary. */
  word(text: string): void {
    let hash = this.#texts.get(text)
    if (hash === undefined) {
      hash = 0x811c9dc5 | 0
      for (let at = 0; at < text.length; at += 1) {
        hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
      }
      this.#texts.set(text, hash)
    }
    this.int(hash)
  }

  /** All bytes of a short parcel; length, head and tail of a long one. */
  bytes(bytes: Uint8Array): void {
    const { length } = bytes
    this.int(length)
    const head = Math.min(length, 1024)
    let hash = 0x811c9dc5 | 0
    for (let at = 0; at < head; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
    for (let at = Math.max(head, length - 256); at < length; at += 1) {
      hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
    }
    this.int(hash)
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
    return hex(this.#a) + hex(this.#b)
  }
}

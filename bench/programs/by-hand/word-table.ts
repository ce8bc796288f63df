const HASH_START = -2128831035
const HASH_FACTOR = 16777619
const SPACE = 32
/** Of a slot: hash, place of its bytes, their number (0 for a free slot), count. */
const SLOT = 4

export interface PackedWords {
  readonly slots: Int32Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Words and how often they came: an open table whose words lie in one array of bytes. */
export class WordTable {
  #slots = new Int32Array((1 << 19) * SLOT)
  #bytes = new Uint8Array(1 << 20)
  #end = 0
  size = 0

  /** Counts the words of a block. */
  addBlock(block: Uint8Array, length: number): void {
    let start = 0
    let hash = HASH_START
    for (let i = 0; i < length; i += 1) {
      const byte = block[i] as number
      if (byte > SPACE) hash = Math.imul(hash ^ byte, HASH_FACTOR)
      else {
        if (i > start) this.add(block, start, i - start, hash ^ (hash >>> 15), 1)
        start = i + 1
        hash = HASH_START
      }
    }
  }

  add(from: Uint8Array, start: number, length: number, hash: number, count: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (hash * SLOT) & mask & ~3
    for (; slots[at + 2] !== 0; at = (at + SLOT) & mask) {
      if (slots[at] !== hash || slots[at + 2] !== length) continue
      const bytes = this.#bytes
      const place = slots[at + 1] as number
      let same = 0
      while (same < length && bytes[place + same] === from[start + same]) same += 1
      if (same < length) continue
      slots[at + 3] = (slots[at + 3] as number) + count
      return
    }
    this.#makeRoom(length)
    for (let i = 0; i < length; i += 1) this.#bytes[this.#end + i] = from[start + i] as number
    slots[at] = hash
    slots[at + 1] = this.#end
    slots[at + 2] = length
    slots[at + 3] = count
    this.#end += length
    this.size += 1
    if (this.size * SLOT > slots.length * 0.6) this.#grow()
  }

  merge({ slots, bytes }: PackedWords): void {
    for (let at = 0; at < slots.length; at += SLOT) {
      const length = slots[at + 2] as number
      if (length === 0) continue
      this.add(bytes, slots[at + 1] as number, length, slots[at] as number, slots[at + 3] as number)
    }
  }

  packed(): PackedWords {
    return { slots: this.#slots, bytes: this.#bytes }
  }

  *counts(): Generator<number> {
    for (let at = 0; at < this.#slots.length; at += SLOT) {
      if (this.#slots[at + 2] !== 0) yield this.#slots[at + 3] as number
    }
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#bytes.length) return
    const bytes = new Uint8Array(this.#bytes.length * 2)
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }

  #grow(): void {
    const old = this.#slots
    const slots = new Int32Array(old.length * 2)
    const mask = slots.length - 1
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 2] === 0) continue
      let at = ((old[from] as number) * SLOT) & mask & ~3
      while (slots[at + 2] !== 0) at = (at + SLOT) & mask
      for (let i = 0; i < SLOT; i += 1) slots[at + i] = old[from + i] as number
    }
    this.#slots = slots
  }
}

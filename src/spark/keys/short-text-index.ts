const MAX_LENGTH = 12
/** Log 2 of the places of a new table. */
const FIRST_BITS = 10
/** Places, numbered in the lower bits, with the length of the text in the upper four. */
const NUMBER_MASK = 0x0fff_ffff

/** What {@link ShortTextIndex.numberOf} answers for a text that it can't hold. */
export const NOT_SHORT = 0x7fff_ffff

/**
 * Numbers for texts of at most 12 units of Latin-1, given in order of appearance. A text is held as its units, three words in
 * the very place where it is looked up: no text is touched again and none compared.
 */
export class ShortTextIndex {
  /** Four words a place: up to twelve units, and the text's number + 1 with its length; 0 when it is free. */
  #places: Int32Array = new Int32Array(4 << FIRST_BITS)
  #bits = FIRST_BITS
  #size = 0

  /**
   * The number of `text`, or `~next` when it was new and has now the number `next`, or {@link NOT_SHORT}; with `next` -1 it is only
   * looked for, and -1 says that it is not there.
   */
  numberOf(text: string, next: number): number {
    const { length } = text
    if (length > MAX_LENGTH) return NOT_SHORT
    let a = 0
    let b = 0
    let c = 0
    let all = 0
    let at = 0
    for (let shift = 0; at < length && at < 4; at += 1, shift += 8) {
      const unit = text.charCodeAt(at)
      all |= unit
      a |= unit << shift
    }
    for (let shift = 0; at < length && at < 8; at += 1, shift += 8) {
      const unit = text.charCodeAt(at)
      all |= unit
      b |= unit << shift
    }
    for (let shift = 0; at < length; at += 1, shift += 8) {
      const unit = text.charCodeAt(at)
      all |= unit
      c |= unit << shift
    }
    if (all > 0xff) return NOT_SHORT
    const places = this.#places
    const mask = (1 << this.#bits) - 1
    let place = placeOf(a, b, c, length, this.#bits)
    for (;;) {
      const word = place << 2
      const held = places[word + 3] as number
      if (held === 0) break
      if (
        places[word] === a &&
        places[word + 1] === b &&
        places[word + 2] === c &&
        held >>> 28 === length
      ) {
        return (held & NUMBER_MASK) - 1
      }
      place = (place + 1) & mask
    }
    if (next < 0) return -1
    const word = place << 2
    places[word] = a
    places[word + 1] = b
    places[word + 2] = c
    places[word + 3] = (length << 28) | (next + 1)
    this.#size += 1
    if (this.#size * 3 > mask * 2) this.#grow()
    return ~next
  }

  #grow(): void {
    const old = this.#places
    this.#bits += 1
    const places = (this.#places = new Int32Array(4 << this.#bits))
    const mask = (1 << this.#bits) - 1
    for (let word = 0; word < old.length; word += 4) {
      const held = old[word + 3] as number
      if (held === 0) continue
      const a = old[word] as number
      const b = old[word + 1] as number
      const c = old[word + 2] as number
      let place = placeOf(a, b, c, held >>> 28, this.#bits)
      while (places[(place << 2) + 3] !== 0) place = (place + 1) & mask
      places[place << 2] = a
      places[(place << 2) + 1] = b
      places[(place << 2) + 2] = c
      places[(place << 2) + 3] = held
    }
  }
}

/** Not the hash that partitions are made by: the keys of one partition have much of that in common. */
function placeOf(a: number, b: number, c: number, length: number, bits: number): number {
  let hash = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f) ^ length
  hash ^= hash >>> 15
  return Math.imul(hash, 0x9e3779b1) >>> (32 - bits)
}

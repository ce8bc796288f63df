import { mix } from './murmur3.ts'

/** Longer texts are compared as texts. */
const MAX_LENGTH = 256
/** Log 2 of the places of a new table. */
const FIRST_BITS = 8
/** Not that of {@link hashKey}: the keys of one partition have much of that in common. */
const SEED = 0x2545f491

/** What {@link LatinTextIndex.numberOf} answers for a text that it can't hold. */
export const NOT_LATIN = 0x7fff_ffff

/** The units of the text that is looked at, four a word, the rest of the last word 0. */
const looked = new Int32Array(MAX_LENGTH >> 2)
const lookedBytes = Buffer.from(looked.buffer) as Buffer & {
  latin1Slice(start: number, end: number): string
}

/**
 * Numbers for texts of up to 256 units of Latin-1, given in order of appearance. Their units are held side by side in words, so
 * that a text is read once and none is compared: what was cut out of another text V8 compares by way of a call that costs more
 * than all the rest.
 */
export class LatinTextIndex {
  /** Four words a place: the hash, where the units begin, the text's number + 1 (0 when the place is free), and its length. */
  #places: Int32Array = new Int32Array(4 << FIRST_BITS)
  #size = 0
  #units: Int32Array = new Int32Array(1 << FIRST_BITS)
  #used = 0

  /**
   * The number of `text`, or `~next` when it was new and has now the number `next`, or {@link NOT_LATIN}; with `next` -1 it is only
   * looked for, and -1 says that it is not there.
   */
  numberOf(text: string, next: number): number {
    const { length } = text
    if (length > MAX_LENGTH) return NOT_LATIN
    let hash = SEED ^ length
    let all = 0
    let words = 0
    let at = 0
    for (; at + 4 <= length; at += 4) {
      const a = text.charCodeAt(at)
      const b = text.charCodeAt(at + 1)
      const c = text.charCodeAt(at + 2)
      const d = text.charCodeAt(at + 3)
      all |= a | b | c | d
      const word = a | (b << 8) | (c << 16) | (d << 24)
      looked[words] = word
      words += 1
      hash = mix(hash, word)
    }
    if (at < length) {
      let word = 0
      for (let shift = 0; at < length; at += 1, shift += 8) {
        const unit = text.charCodeAt(at)
        all |= unit
        word |= unit << shift
      }
      looked[words] = word
      words += 1
      hash = mix(hash, word)
    }
    if (all > 0xff) return NOT_LATIN
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash ^= hash >>> 13
    const places = this.#places
    const units = this.#units
    const mask = places.length - 1
    let place = (hash << 2) & mask
    for (;;) {
      const held = places[place + 2] as number
      if (held === 0) break
      if (places[place] === hash && places[place + 3] === length) {
        const from = places[place + 1] as number
        let word = 0
        while (word < words && units[from + word] === looked[word]) word += 1
        if (word === words) return held - 1
      }
      place = (place + 4) & mask
    }
    if (next < 0) return -1
    places[place] = hash
    places[place + 1] = this.#keep(words)
    places[place + 2] = next + 1
    places[place + 3] = length
    this.#size += 1
    if (this.#size * 6 > places.length) this.#grow()
    return ~next
  }

  /** The text that was looked at last, which is so long, in memory of its own. */
  ownText(length: number): string {
    return lookedBytes.latin1Slice(0, length)
  }

  #keep(words: number): number {
    const from = this.#used
    this.#used += words
    if (this.#used > this.#units.length) {
      const units = new Int32Array(Math.max(2 * this.#units.length, this.#used))
      units.set(this.#units)
      this.#units = units
    }
    for (let word = 0; word < words; word += 1) this.#units[from + word] = looked[word] as number
    return from
  }

  #grow(): void {
    const old = this.#places
    const places = (this.#places = new Int32Array(2 * old.length))
    const mask = places.length - 1
    for (let from = 0; from < old.length; from += 4) {
      if (old[from + 2] === 0) continue
      let place = ((old[from] as number) << 2) & mask
      while (places[place + 2] !== 0) place = (place + 4) & mask
      for (let word = 0; word < 4; word += 1) places[place + word] = old[from + word] as number
    }
  }
}

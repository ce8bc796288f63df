import { murmur3Text } from './murmur3.ts'

/** Log 2 of the places of a new table. */
const FIRST_BITS = 8
/** Not that of {@link hashKey}: the keys of one partition have much of that in common. */
const SEED = 0x2545f491

/** Numbers for texts of any kind, given in order of appearance; the texts are kept by whoever asks. */
export class LongTextIndex {
  /** Two words a place: the hash, and the text's number + 1; 0 when it is free. */
  #places: Int32Array = new Int32Array(2 << FIRST_BITS)
  #bits = FIRST_BITS
  #size = 0

  /**
   * The number of `text`, which is its place in `texts`, or `~next` when it was new and has now the number `next`; with `next` -1 it is
   * only looked for, and -1 says that it is not there.
   */
  numberOf(text: string, texts: readonly unknown[], next: number): number {
    const hash = murmur3Text(text, SEED) | 0
    const places = this.#places
    const mask = (1 << this.#bits) - 1
    let place = hash & mask
    for (;;) {
      const held = places[2 * place + 1] as number
      if (held === 0) break
      if (places[2 * place] === hash && texts[held - 1] === text) return held - 1
      place = (place + 1) & mask
    }
    if (next < 0) return -1
    places[2 * place] = hash
    places[2 * place + 1] = next + 1
    this.#size += 1
    if (this.#size * 3 > mask * 2) this.#grow()
    return ~next
  }

  #grow(): void {
    const old = this.#places
    this.#bits += 1
    const places = (this.#places = new Int32Array(2 << this.#bits))
    const mask = (1 << this.#bits) - 1
    for (let word = 0; word < old.length; word += 2) {
      const held = old[word + 1] as number
      if (held === 0) continue
      const hash = old[word] as number
      let place = hash & mask
      while (places[2 * place + 1] !== 0) place = (place + 1) & mask
      places[2 * place] = hash
      places[2 * place + 1] = held
    }
  }
}

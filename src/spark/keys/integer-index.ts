/** Log 2 of the places of a new table. */
const FIRST_BITS = 10

/** Numbers for 32-bit integers, given in order of appearance. */
export class IntegerIndex {
  /** Two words a place: the integer, and its number + 1; 0 when it is free. */
  #places: Int32Array = new Int32Array(2 << FIRST_BITS)
  #bits = FIRST_BITS
  #size = 0

  /**
   * The number of `integer`, or `~next` when it was new and has now the number `next`; with `next` -1 it is only looked for, and -1
   * says that it is not there.
   */
  numberOf(integer: number, next: number): number {
    const places = this.#places
    const mask = (1 << this.#bits) - 1
    let place = Math.imul(integer, 0x9e3779b1) >>> (32 - this.#bits)
    for (;;) {
      const held = places[2 * place + 1] as number
      if (held === 0) break
      if (places[2 * place] === integer) return held - 1
      place = (place + 1) & mask
    }
    if (next < 0) return -1
    places[2 * place] = integer
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
      const integer = old[word] as number
      let place = Math.imul(integer, 0x9e3779b1) >>> (32 - this.#bits)
      while (places[2 * place + 1] !== 0) place = (place + 1) & mask
      places[2 * place] = integer
      places[2 * place + 1] = held
    }
  }
}

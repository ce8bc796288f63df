/**
 * Chance that a rerun repeats: the same seed and stream give the same numbers, in every process and version.
 *
 * xoshiro128** with its state from splitmix32 of the seed's two halves and the stream (the index of the partition).
 *
 * @see Blackman and Vigna, Scrambled linear pseudorandom number generators, 2021
 */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #d: number

  /** `seed`: any integer up to 2^53 in size. `stream`: an integer of 0 or more. */
  constructor(seed: number, stream: number) {
    let state =
      (seed | 0) ^
      Math.imul(Math.floor(seed / 0x1_0000_0000) | 0, 0x85ebca6b) ^
      Math.imul(stream + 1, 0x9e3779b9)
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0
      let mixed = state ^ (state >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed ^= mixed >>> 15
      mixed = Math.imul(mixed, 0x735a2d97)
      return mixed ^ (mixed >>> 15)
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1 // never all zeros
  }

  /** Uniform in [0, 1), in steps of 2^-53. */
  float(): number {
    return ((this.#next() >>> 5) * 0x400_0000 + (this.#next() >>> 6)) / 0x20_0000_0000_0000
  }

  /** Uniform integer in [0, bound); `bound` in 1 … 2^53. */
  int(bound: number): number {
    return Math.floor(this.float() * bound)
  }

  #next(): number {
    const b = this.#b
    const scrambled = Math.imul(rotated(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    this.#c ^= this.#a
    this.#d ^= b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotated(this.#d, 11)
    return scrambled
  }
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

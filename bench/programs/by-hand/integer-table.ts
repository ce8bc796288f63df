/** Mixes the bits of a number (murmur3's end). */
export function mixed(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/**
 * Sums by whole numbers: an open table in typed arrays. A table that is filled in the order of another one of the same
 * seed clusters, and takes many times as long.
 */
export class IntegerTable {
  readonly #seed: number
  #keys: Int32Array<ArrayBuffer>
  #sums: Float64Array<ArrayBuffer>
  #isUsed: Uint8Array
  size = 0

  constructor(capacity: number = 1 << 14, seed: number = 0) {
    this.#seed = seed
    this.#keys = new Int32Array(capacity)
    this.#sums = new Float64Array(capacity)
    this.#isUsed = new Uint8Array(capacity)
  }

  add(key: number, value: number): void {
    const mask = this.#keys.length - 1
    let at = mixed(key ^ this.#seed) & mask
    while (this.#isUsed[at] === 1) {
      if (this.#keys[at] === key) {
        this.#sums[at] = (this.#sums[at] as number) + value
        return
      }
      at = (at + 1) & mask
    }
    this.#isUsed[at] = 1
    this.#keys[at] = key
    this.#sums[at] = value
    this.size += 1
    if (this.size > this.#keys.length * 0.6) this.#grow()
  }

  forEach(take: (key: number, sum: number) => void): void {
    for (let at = 0; at < this.#keys.length; at += 1) {
      if (this.#isUsed[at] === 1) take(this.#keys[at] as number, this.#sums[at] as number)
    }
  }

  #grow(): void {
    const [keys, sums, isUsed] = [this.#keys, this.#sums, this.#isUsed]
    const capacity = keys.length * 2
    this.#keys = new Int32Array(capacity)
    this.#sums = new Float64Array(capacity)
    this.#isUsed = new Uint8Array(capacity)
    this.size = 0
    for (let at = 0; at < keys.length; at += 1) {
      if (isUsed[at] === 1) this.add(keys[at] as number, sums[at] as number)
    }
  }
}

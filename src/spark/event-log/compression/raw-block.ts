import { damaged } from './damaged.ts'

/** What a block is made to: bytes as they lie in it, and bytes that were made already. */
export class RawBlock {
  readonly #name: string
  readonly #bytes: Uint8Array
  #at = 0

  /** `name` is what errors call it, such as `a block of lz4`. */
  constructor(name: string, rawBytes: number) {
    this.#name = name
    this.#bytes = new Uint8Array(rawBytes)
  }

  /** `count` bytes of `input` from `from` on. @throws TROUPE_SPARK_EVENT_LOG_DAMAGED */
  literals(input: Uint8Array, from: number, count: number): void {
    if (from + count > input.length || this.#at + count > this.#bytes.length) {
      throw damaged(`${this.#name} has more than it says`)
    }
    this.#bytes.set(input.subarray(from, from + count), this.#at)
    this.#at += count
  }

  /** `count` bytes from `distance` before; these may be the ones that are just made. @throws TROUPE_SPARK_EVENT_LOG_DAMAGED */
  again(distance: number, count: number): void {
    const bytes = this.#bytes
    const to = this.#at
    const end = to + count
    if (distance === 0 || distance > to || end > bytes.length) {
      throw damaged(`${this.#name} refers to what is not there`)
    }
    if (distance >= count) bytes.copyWithin(to, to - distance, end - distance)
    else for (let i = to; i < end; i += 1) bytes[i] = bytes[i - distance] ?? 0
    this.#at = end
  }

  /** All of it. @throws TROUPE_SPARK_EVENT_LOG_DAMAGED */
  whole(): Uint8Array {
    if (this.#at !== this.#bytes.length) throw damaged(`${this.#name} has less than it says`)
    return this.#bytes
  }
}

import { closeSync, openSync, writeSync } from 'node:fs'

const ZERO = 48

/** Writes text as bytes through one buffer. Whoever writes asks for room first. */
export class RecordWriter {
  readonly #file: number
  readonly #bytes: Buffer = Buffer.allocUnsafe(8 << 20)
  #at = 0
  /** Bytes written, those in the buffer included. */
  written = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  /** Sees to it that the next record, of at most `bytes`, fits the buffer. */
  room(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#flush()
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value
    this.written += 1
  }

  bytes(values: Uint8Array): void {
    for (let i = 0; i < values.length; i += 1) this.#bytes[this.#at++] = values[i] ?? 0
    this.written += values.length
  }

  /** A whole number from 0 in decimal digits, at least so many. */
  digits(value: number, least = 1): void {
    let power = 10 ** (least - 1)
    while (power * 10 <= value) power *= 10
    let rest = value
    for (; power >= 1; power /= 10) {
      const digit = Math.floor(rest / power)
      this.byte(ZERO + digit)
      rest -= digit * power
    }
  }

  text(text: string): void {
    const length = this.#bytes.write(text, this.#at, 'latin1')
    this.#at += length
    this.written += length
  }

  fill(value: number, count: number): void {
    this.#bytes.fill(value, this.#at, this.#at + count)
    this.#at += count
    this.written += count
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    let from = 0
    while (from < this.#at) {
      from += writeSync(this.#file, this.#bytes, from, this.#at - from)
    }
    this.#at = 0
  }
}

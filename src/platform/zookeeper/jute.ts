import { unspeakable } from './errors.ts'

/** Writes a record of ZooKeeper's wire form: big-endian numbers, buffers and texts behind their length. */
export class JuteWriter {
  readonly #parts: Buffer[] = []

  int(value: number): this {
    const part = Buffer.alloc(4)
    part.writeInt32BE(value)
    this.#parts.push(part)
    return this
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8)
    part.writeBigInt64BE(value)
    this.#parts.push(part)
    return this
  }

  flag(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]))
    return this
  }

  buffer(bytes: Uint8Array): this {
    this.int(bytes.length)
    this.#parts.push(Buffer.from(bytes))
    return this
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'))
  }

  /** What another one has written. */
  append(other: JuteWriter): this {
    this.#parts.push(...other.#parts)
    return this
  }

  /** The record behind its length, as it is sent. */
  framed(): Uint8Array {
    const body = Buffer.concat(this.#parts)
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length)
    return Buffer.concat([length, body])
  }
}

/** Reads such a record. Each method @throws TROUPE_PLATFORM_ZOOKEEPER_FAILED where the record ends too soon */
export class JuteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8))
  }

  flag(): boolean {
    return this.#bytes.readUInt8(this.#take(1)) !== 0
  }

  buffer(): Uint8Array {
    const length = Math.max(0, this.int())
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  text(): string {
    return Buffer.from(this.buffer()).toString('utf8')
  }

  texts(): readonly string[] {
    return Array.from({ length: Math.min(Math.max(0, this.int()), this.#bytes.length) }, () =>
      this.text(),
    )
  }

  #take(length: number): number {
    const at = this.#at
    if (at + length > this.#bytes.length) {
      throw unspeakable(`a record of ${this.#bytes.length} bytes ends before its ${at + length}th`)
    }
    this.#at += length
    return at
  }
}

/** Cuts a stream into the records in it. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0)
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The records that are whole now. @throws TROUPE_PLATFORM_ZOOKEEPER_FAILED for one that is too large */
  take(bytes: Uint8Array): readonly Uint8Array[] {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const whole: Uint8Array[] = []
    while (this.#rest.length >= 4) {
      const length = this.#rest.readInt32BE(0)
      if (length < 0 || length > this.#maxBytes) throw unspeakable(`a record of ${length} bytes`)
      if (this.#rest.length < 4 + length) break
      whole.push(this.#rest.subarray(4, 4 + length))
      this.#rest = this.#rest.subarray(4 + length)
    }
    return whole
  }
}

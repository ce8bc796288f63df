import { MesosError } from '../../errors.ts'

const NEWLINE = 0x0a
const ZERO = 0x30
/** Longer lengths than this many digits are no lengths. */
const MAX_DIGITS = 10

const encoder = new TextEncoder()

/** A record of RecordIO: its length in decimal, a newline, its bytes. */
export function encodeRecord(record: Uint8Array): Uint8Array {
  const head = encoder.encode(`${record.byteLength}\n`)
  const whole = new Uint8Array(head.byteLength + record.byteLength)
  whole.set(head)
  whole.set(record, head.byteLength)
  return whole
}

/** Takes a stream of records apart, however its bytes come cut up. */
export class RecordReader {
  readonly #maxBytes: number
  /** What has come of the record under way; of its length while `#wanted` is undefined. */
  #parts: Uint8Array[] = []
  #gathered = 0
  #wanted: number | undefined
  #length = 0
  #digits = 0

  /** Records longer than `maxBytes` are refused. Default 64 MiB. */
  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes
  }

  /**
   * The records that are whole with `bytes`. After an error the reader is of no more use.
   * @throws TROUPE_MESOS_RECORD_INVALID
   */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    const records: Uint8Array[] = []
    let at = 0
    while (at < bytes.byteLength) {
      if (this.#wanted === undefined) {
        at = this.#readLength(bytes, at)
        if (this.#wanted !== 0) continue
      } else {
        const part = bytes.subarray(at, at + this.#wanted - this.#gathered)
        this.#parts.push(part)
        this.#gathered += part.byteLength
        at += part.byteLength
      }
      if (this.#gathered === this.#wanted) records.push(this.#finish())
    }
    return records
  }

  #readLength(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.byteLength; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === NEWLINE && this.#digits > 0) {
        this.#wanted = this.#length
        return at + 1
      }
      const digit = byte - ZERO
      if (digit < 0 || digit > 9 || this.#digits >= MAX_DIGITS) {
        throw invalid(`byte ${byte} stands where the length of a record should`)
      }
      this.#digits += 1
      this.#length = this.#length * 10 + digit
      if (this.#length > this.#maxBytes) {
        throw invalid(`a record is longer than ${this.#maxBytes} bytes`)
      }
    }
    return bytes.byteLength
  }

  #finish(): Uint8Array {
    const [only] = this.#parts
    let record = only ?? new Uint8Array(0)
    if (this.#parts.length > 1) {
      record = new Uint8Array(this.#gathered)
      let at = 0
      for (const part of this.#parts) {
        record.set(part, at)
        at += part.byteLength
      }
    }
    this.#parts = []
    this.#gathered = 0
    this.#wanted = undefined
    this.#length = 0
    this.#digits = 0
    return record
  }
}

function invalid(why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_RECORD_INVALID',
    `The stream is no RecordIO: ${why}. Its connection has to be opened anew.`,
    { data: { why } },
  )
}

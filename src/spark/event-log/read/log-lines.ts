import type { Disk } from '../../../platform/index.ts'
import { decoderOf, type Decoder } from '../compression/decoder.ts'

const PIECE_BYTES = 1 << 20
const NEWLINE = 0x0a

/** The lines of one file of an event log, compressed or not, read as far as it is written; what was read once is not read again. */
export class LogLines {
  readonly #decoder = new TextDecoder()
  #decode: Decoder | undefined
  #at = 0
  /** The beginning of a line whose end has not been written. */
  #begun: Uint8Array = new Uint8Array(0)

  /**
   * Gives `take` the lines that are new.
   *
   * @param path the file may have got another name since
   * @throws TROUPE_SPARK_EVENT_LOG_DAMAGED, and what the disk throws
   */
  async read(disk: Disk, path: string, take: (line: string) => void): Promise<void> {
    this.#decode ??= await decoderOf(path)
    const file = await disk.open(path)
    try {
      while (this.#at < file.sizeBytes) {
        const piece = await file.read(this.#at, Math.min(PIECE_BYTES, file.sizeBytes - this.#at))
        if (piece.length === 0) return
        this.#at += piece.length
        for (const bytes of this.#decode(piece)) this.#cut(bytes, take)
      }
    } finally {
      await file.close()
    }
  }

  #cut(more: Uint8Array, take: (line: string) => void): void {
    const bytes = this.#begun.length === 0 ? more : Buffer.concat([this.#begun, more])
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const line = bytes.subarray(start, end)
      start = end + 1
      if (line.length > 0) take(this.#decoder.decode(line))
    }
    this.#begun = bytes.slice(start)
  }
}

import type { TaskResult } from '../../task/index.ts'

/** What has come of a result that waits on its executor, in pieces that fit a message each. */
export class TakenResult {
  /** Of its parts that are whole. */
  readonly #parts: Uint8Array[] = []
  readonly #sizesBytes: readonly number[]
  /** Of the part that is not. */
  #pieces: Uint8Array[] = []
  #missing = 0
  #bytes = 0

  /** @param sizesBytes of its parts */
  constructor(sizesBytes: readonly number[]) {
    this.#sizesBytes = sizesBytes
    this.#missing = sizesBytes[0] ?? 0
  }

  /** How much is there: what is asked for next begins there. */
  get bytes(): number {
    return this.#bytes
  }

  /** Of the whole result. */
  get sizeBytes(): number {
    return this.#sizesBytes.reduce((sum, size) => sum + size, 0)
  }

  /** Takes what was asked for; whether it was: what was asked for twice comes twice. */
  take(offset: number, bytes: Uint8Array): boolean {
    if (offset !== this.#bytes || bytes.length > this.#missing) return false
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
    this.#missing -= bytes.length
    if (this.#missing > 0) return true
    // Pieces that are put together are let go at once: all of them would take the room of the result a second time.
    this.#parts.push(Buffer.concat(this.#pieces))
    this.#pieces = []
    this.#missing = this.#sizesBytes[this.#parts.length] ?? 0
    return true
  }

  /** The result that was told at the end, whole. */
  wholeOf(result: TaskResult): TaskResult {
    return { ...result, outcome: { type: 'result', parts: this.#parts } }
  }
}

/** Bytes that are appended between two beginnings. */
const STEP_BYTES = 4 << 20

/**
 * Has what is appended to a file on its way to the disk before the end is there, so that the sync at the end waits for a few bytes only.
 * For files that are synced at their end: others had better stay in memory.
 */
export class SyncAhead {
  readonly #sync: () => Promise<void>
  #bytes = 0
  #underWay: Promise<void> | undefined
  /** The system tells of what could not be written once only. */
  #failure: { readonly error: unknown } | undefined

  constructor(sync: () => Promise<void>) {
    this.#sync = sync
  }

  appended(sizeBytes: number): void {
    this.#bytes += sizeBytes
    if (this.#bytes < STEP_BYTES || this.#underWay !== undefined) return
    this.#bytes = 0
    this.#underWay = this.#begin()
  }

  /** Resolves when the disk has all that was appended. */
  async sync(): Promise<void> {
    await this.#underWay
    if (this.#failure !== undefined) throw this.#failure.error
    await this.#sync()
  }

  /** Resolves when nothing is under way, so that the file can be closed. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  async #begin(): Promise<void> {
    try {
      await this.#sync()
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#underWay = undefined
  }
}

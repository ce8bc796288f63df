import type { Disk } from '../../platform/index.ts'

/**
 * Removes the map outputs of shuffles from a directory. The garbage collector gives up hundreds of shuffles at a time: the
 * directory is looked through once for all that are asked for while it was looked through before.
 */
export class ShuffleRemover {
  readonly #disk: Disk
  readonly #directory: string
  #wanted = new Set<number>()
  /** The pass that is to come; undefined once it has begun. */
  #next: Promise<void> | undefined
  /** Resolves when the pass that has begun is over, however it ended. */
  #over: Promise<void> = Promise.resolve()

  constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  /** Resolves when the outputs are gone. @throws what the disk throws */
  remove(shuffleId: number): Promise<void> {
    this.#wanted.add(shuffleId)
    if (this.#next === undefined) {
      this.#next = this.#over.then(() => this.#pass())
      this.#over = this.#next.catch(() => undefined)
    }
    return this.#next
  }

  async #pass(): Promise<void> {
    const wanted = this.#wanted
    this.#wanted = new Set()
    this.#next = undefined
    for (const { path } of await this.#disk.list(this.#directory)) {
      const shuffleId = /(?:^|\/)shuffle_(\d+)_[^/]*$/.exec(path)?.[1]
      if (shuffleId !== undefined && wanted.has(Number(shuffleId))) await this.#disk.remove(path)
    }
  }
}

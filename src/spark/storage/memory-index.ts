import type { MemoryMode } from '../memory/index.ts'

/** What eviction has to know of a block in memory. */
export interface MemoryEntry {
  readonly name: string
  readonly mode: MemoryMode
  readonly sizeBytes: number
  /** The RDD that it is a partition of, if it is one. */
  readonly rddId: number | undefined
}

/** The blocks in memory in order of their last use, the oldest first: what goes when room is needed. */
export class MemoryIndex {
  readonly #entries = new Map<string, MemoryEntry>()

  get(name: string): MemoryEntry | undefined {
    return this.#entries.get(name)
  }

  add(entry: MemoryEntry): void {
    this.#entries.delete(entry.name)
    this.#entries.set(entry.name, entry)
  }

  delete(name: string): void {
    this.#entries.delete(name)
  }

  /** The block was used just now. */
  touch(name: string): void {
    const entry = this.#entries.get(name)
    if (entry !== undefined) this.add(entry)
  }

  /**
   * The blocks to drop so that `bytes` are free, least recently used first; undefined when all of them would not do. Blocks
   * of the RDD that room is made for stay: they would drive each other out.
   */
  victims(
    mode: MemoryMode,
    bytes: number,
    forRdd: number | undefined,
    isSpared: (name: string) => boolean,
  ): { readonly names: readonly string[]; readonly bytes: number } {
    const names: string[] = []
    let found = 0
    for (const entry of this.#entries.values()) {
      if (found >= bytes) break
      if (entry.mode !== mode || isSpared(entry.name)) continue
      if (forRdd !== undefined && entry.rddId === forRdd) continue
      names.push(entry.name)
      found += entry.sizeBytes
    }
    return { names, bytes: found }
  }
}

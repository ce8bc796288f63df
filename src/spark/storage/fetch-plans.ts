import type { Disk } from '../../platform/index.ts'
import type { MemoryManager } from '../memory/index.ts'
import type { FetchPlan } from './fetch-block.ts'
import { modeOf, type StorageLevel } from './storage-level.ts'

/** What {@link FetchPlans} work with. */
export interface FetchPlansOptions {
  readonly disk: Disk
  readonly directory: string
  readonly memory: MemoryManager
  /** `spark.network.maxRemoteBlockSizeFetchToMem`: longer blocks go by way of the disk. */
  readonly maxBytesInMemory: number
}

/** Where blocks of other executors go, by what they are fetched for. */
export class FetchPlans {
  readonly #options: FetchPlansOptions
  #files = 0

  constructor(options: FetchPlansOptions) {
    this.#options = options
  }

  /** For what is never long. */
  inMemory(name: string): FetchPlan {
    return this.#plan(name, () => 'memory')
  }

  /** For a task that reads it once. */
  toRead(name: string): FetchPlan {
    const { maxBytesInMemory } = this.#options
    return this.#plan(name, (sizeBytes) => (sizeBytes > maxBytesInMemory ? 'disk' : 'memory'))
  }

  /** For a copy that is kept: one that would not fit memory is not begun. */
  toKeep(name: string, level: StorageLevel): FetchPlan {
    const { memory, maxBytesInMemory } = this.#options
    return this.#plan(name, (sizeBytes) => {
      if (level.useDisk) return sizeBytes > maxBytesInMemory ? 'disk' : 'memory'
      return memory.couldStore(modeOf(level), sizeBytes) ? 'memory' : undefined
    })
  }

  #plan(name: string, placeFor: FetchPlan['placeFor']): FetchPlan {
    const { disk, directory } = this.#options
    const newPath = (): string => {
      this.#files += 1
      return `${directory}/${name}_f${this.#files}`
    }
    return { placeFor, disk, newPath }
  }
}

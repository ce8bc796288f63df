import type { FetchPlan, FetchedBlock } from './fetch-block.ts'
import type { StorageLevel } from './storage-level.ts'

/** What an executor tells the driver of one of its blocks: nothing of it is left when its level is `NONE`. */
export interface BlockStatus {
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly level: StorageLevel
}

/** What the block manager of an executor reaches beyond it. */
export interface BlockNetwork {
  /** A block of ours has come, moved or gone. */
  updated(name: string, status: BlockStatus): void
  /** A block that another executor has; undefined when none has it. */
  fetch(name: string, plan: FetchPlan): Promise<FetchedBlock | undefined>
  /** Has a new block copied to so many other executors; resolves when that is done or given up. */
  replicate(name: string, level: StorageLevel, copies: number): Promise<void>
}

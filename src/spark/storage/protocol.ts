import type { ActorRef } from '../../actors/index.ts'
import type { BlockStatus } from './block-network.ts'
import type { StorageLevel } from './storage-level.ts'

/** The most bytes of one chunk of a block. */
export const MAX_BLOCK_CHUNK_BYTES = 262_144

/** What the block actor of an executor, or of the driver, is asked. */
export type BlockCommand =
  | {
      readonly type: 'read-block'
      readonly name: string
      readonly offset: number
      /** At most {@link MAX_BLOCK_CHUNK_BYTES}. */
      readonly lengthBytes: number
      readonly replyTo: ActorRef<BlockChunk>
    }
  /** Take a copy of a block from another executor. */
  | {
      readonly type: 'copy-block'
      readonly name: string
      readonly level: StorageLevel
      readonly from: ActorRef<BlockCommand>
      readonly replyTo: ActorRef<BlocksDone>
    }
  /** Let go of every block of an RDD or a broadcast, or of the map outputs of a shuffle. */
  | {
      readonly type: 'remove-blocks'
      readonly of: 'rdd' | 'broadcast' | 'shuffle'
      readonly id: number
      readonly replyTo: ActorRef<BlocksDone>
    }

/** A piece of a block, or that it is not there. */
export type BlockChunk =
  | { readonly type: 'block-chunk'; readonly bytes: Uint8Array; readonly totalBytes: number }
  | { readonly type: 'block-absent' }

/** It is done; `done` says whether as asked. */
export interface BlocksDone {
  readonly type: 'blocks-done'
  readonly done: boolean
}

/** What executors tell and ask the block manager master. */
export type BlockMasterRequest =
  | {
      readonly type: 'register-block-manager'
      readonly executorId: string
      readonly host: string
      readonly maxOnHeapBytes: number
      readonly maxOffHeapBytes: number
      readonly blocks: ActorRef<BlockCommand>
      readonly replyTo: ActorRef<BlocksDone>
    }
  | ({
      readonly type: 'block-updated'
      readonly executorId: string
      readonly name: string
    } & BlockStatus)
  | {
      readonly type: 'locate-block'
      readonly name: string
      readonly replyTo: ActorRef<BlockHolders>
    }
  /** The others, in a random order of their own each time. */
  | {
      readonly type: 'block-peers'
      readonly executorId: string
      readonly replyTo: ActorRef<BlockHolders>
    }

/** Executors, and where their blocks are read. */
export interface BlockHolders {
  readonly type: 'block-holders'
  readonly holders: readonly (readonly [executorId: string, blocks: ActorRef<BlockCommand>])[]
}

/** What the driver tells the block manager master. */
export type BlockMasterCommand =
  | { readonly type: 'remove-executor'; readonly executorId: string }
  /** Where the driver serves the pieces of broadcasts. */
  | { readonly type: 'serve-broadcasts'; readonly blocks: ActorRef<BlockCommand> }
  /** On every executor; answered when all have done so, or are gone. */
  | {
      readonly type: 'remove-everywhere'
      readonly of: 'rdd' | 'broadcast' | 'shuffle'
      readonly id: number
      readonly replyTo: ActorRef<BlocksDone>
    }

/** @see blockManagerMaster */
export type BlockMasterMessage = BlockMasterRequest | BlockMasterCommand

import {
  aCount,
  aRef,
  aText,
  aFlag,
  oneOf,
  protocol,
  record,
  type Shape,
} from '../../actors/index.ts'
import { ownerOf } from './block-id.ts'
import type { BlockCommand, BlockMasterRequest } from './protocol.ts'

const level: Shape = record({
  useDisk: aFlag,
  useMemory: aFlag,
  useOffHeap: aFlag,
  deserialized: aFlag,
  replication: aCount,
})

/** Names of blocks become names of files. */
const blockName: Shape = (value) => typeof value === 'string' && ownerOf(value) !== undefined

/** What a block actor is asked, by executors and by the driver. */
export const isBlockCommand: Shape = protocol<BlockCommand>({
  'read-block': { name: blockName, offset: aCount, lengthBytes: aCount, replyTo: aRef },
  'copy-block': { name: blockName, level, from: aRef, replyTo: aRef },
  'remove-blocks': { of: oneOf(['rdd', 'broadcast', 'shuffle']), id: aCount, replyTo: aRef },
})

/** What executors say to the block manager master. */
export const isBlockMasterRequest: Shape = protocol<BlockMasterRequest>({
  'register-block-manager': {
    executorId: aText,
    host: aText,
    maxOnHeapBytes: aCount,
    maxOffHeapBytes: aCount,
    blocks: aRef,
    replyTo: aRef,
  },
  'block-updated': {
    executorId: aText,
    name: blockName,
    memoryBytes: aCount,
    diskBytes: aCount,
    level,
  },
  'locate-block': { name: blockName, replyTo: aRef },
  'block-peers': { executorId: aText, replyTo: aRef },
})

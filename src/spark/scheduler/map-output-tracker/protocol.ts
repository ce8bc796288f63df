import type { ActorRef } from '../../../actors/index.ts'
import type { LocateBlocks, ReadChunk } from '../../executor/protocol.ts'
import type { LostOutput, MapStatus } from './state.ts'

/** What the map-output tracker is told by the driver and asked by executors. */
export type MapOutputTrackerMessage =
  | LocateBlocks
  | { readonly type: 'add-shuffle'; readonly shuffleId: number; readonly numMaps: number }
  | {
      readonly type: 'register-output'
      readonly shuffleId: number
      readonly mapPartition: number
      readonly status: MapStatus
    }
  | {
      readonly type: 'forget-outputs'
      readonly executorId: string
      readonly outputs: readonly LostOutput[]
    }
  | {
      readonly type: 'add-server'
      readonly executorId: string
      readonly server: ActorRef<ReadChunk>
    }
  | { readonly type: 'forget-shuffle'; readonly shuffleId: number }
  | { readonly type: 'remove-server'; readonly executorId: string }

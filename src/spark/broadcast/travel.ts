import { aCount, listOf, record } from '../../actors/index.ts'
import { Broadcast, broadcastLost } from './broadcast.ts'
import type { BroadcastMeta } from './broadcast-meta.ts'
import type { LoadedBroadcast } from './thread-broadcasts.ts'

/** What travels in the place of a broadcast; undefined for anything else. */
export function packBroadcast(value: object): BroadcastMeta | undefined {
  if (!(value instanceof Broadcast)) return undefined
  const { broadcastId, lengthBytes, pieceBytes, checksums } = value.meta
  return { broadcastId, lengthBytes, pieceBytes, checksums: [...checksums] }
}

/** A broadcast that a stage's functions have captured, and the way to give it its value. */
export interface RevivedBroadcast {
  readonly meta: BroadcastMeta
  /** Undefined until the first task. */
  loaded: LoadedBroadcast | undefined
}

const isMeta = record({
  broadcastId: aCount,
  lengthBytes: aCount,
  pieceBytes: aCount,
  checksums: listOf(aCount),
})

/** Makes again what {@link packBroadcast} has sent. @throws TROUPE_SPARK_BROADCAST_LOST for what it has not */
export function reviveBroadcast(data: unknown): {
  readonly broadcast: Broadcast<unknown>
  readonly revived: RevivedBroadcast
} {
  if (!isMeta(data)) throw broadcastLost(-1, 'what travelled in its place is none of ours')
  const meta = data as BroadcastMeta
  const revived: RevivedBroadcast = { meta, loaded: undefined }
  const value = (): unknown => {
    if (revived.loaded !== undefined) return revived.loaded.value
    const why = 'it is read while functions are made again; read it when they are called'
    throw broadcastLost(meta.broadcastId, why)
  }
  return { broadcast: new Broadcast(meta, { value, control: undefined }), revived }
}

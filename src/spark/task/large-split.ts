import type { Broadcast, BroadcastMeta } from '../broadcast/index.ts'
import { SparkError } from '../errors.ts'
import { deepPartition, flatPartition, type Partition } from '../rdd/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'

/** A partition as it goes with its task. */
export function encodeSplit(split: Partition, codec: BatchCodec): Uint8Array {
  return codec.encode(flatPartition(split))
}

/** What goes with a task in place of a partition that is broadcast. */
interface Elsewhere {
  readonly splitIsIn: BroadcastMeta
}

/** What goes with a task whose partition is too large to: where it is. @param broadcast of the encoded partition */
export function encodeLargeSplit(broadcast: Broadcast<Uint8Array>, codec: BatchCodec): Uint8Array {
  return codec.encode({ splitIsIn: broadcast.meta })
}

/** The partition of a task, fetched if it does not come with it. @throws TROUPE_SPARK_BROADCAST_LOST */
export async function decodeSplit(
  bytes: Uint8Array,
  codec: BatchCodec,
  readBroadcast: ((meta: BroadcastMeta) => Promise<Uint8Array>) | undefined,
): Promise<Partition> {
  const split = codec.decode(bytes) as Partition | Elsewhere
  if (!('splitIsIn' in split)) return deepPartition(split)
  if (readBroadcast !== undefined) {
    return deepPartition(codec.decode(await readBroadcast(split.splitIsIn)))
  }
  throw new SparkError(
    'TROUPE_SPARK_BROADCAST_LOST',
    `Partition ${split.splitIsIn.broadcastId} was broadcast, and nothing here reads broadcasts`,
    { data: { broadcastId: split.splitIsIn.broadcastId } },
  )
}

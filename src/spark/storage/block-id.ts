/** The name of a cached partition, as Spark's. */
export function rddBlock(rddId: number, partition: number): string {
  return `rdd_${rddId}_${partition}`
}

/** What a block is part of. */
export type BlockOwner =
  | { readonly type: 'rdd'; readonly rddId: number; readonly partition: number }
  | { readonly type: 'broadcast'; readonly broadcastId: number }

/** Reads the name of a block; undefined for what is none. Names come from other nodes and become names of files. */
export function ownerOf(name: string): BlockOwner | undefined {
  const rdd = /^rdd_(\d{1,15})_(\d{1,10})$/.exec(name)
  if (rdd !== null) return { type: 'rdd', rddId: Number(rdd[1]), partition: Number(rdd[2]) }
  const broadcast = /^broadcast_(\d{1,15})_piece\d{1,10}$/.exec(name)
  if (broadcast !== null) return { type: 'broadcast', broadcastId: Number(broadcast[1]) }
  return undefined
}

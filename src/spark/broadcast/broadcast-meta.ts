/** What there is to know of a broadcast before its value is read. Plain data; it travels inside closures. */
export interface BroadcastMeta {
  readonly broadcastId: number
  /** Of the value as bytes. */
  readonly lengthBytes: number
  /** Of each piece but the last. */
  readonly pieceBytes: number
  /** Adler-32 of each piece; empty when `spark.broadcast.checksum` is false. */
  readonly checksums: readonly number[]
}

/** How many pieces a broadcast has. */
export function numPieces({ lengthBytes, pieceBytes }: BroadcastMeta): number {
  return Math.max(1, Math.ceil(lengthBytes / pieceBytes))
}

/** The name of a piece as a block. */
export function pieceName(broadcastId: number, piece: number): string {
  return `broadcast_${broadcastId}_piece${piece}`
}

/** Where a piece lies in the bytes of its broadcast. */
export function pieceRange(meta: BroadcastMeta, piece: number): readonly [number, number] {
  const from = piece * meta.pieceBytes
  return [from, Math.min(meta.lengthBytes, from + meta.pieceBytes)]
}

/**
 * Broadcasts: read-only values that every executor gets once.
 *
 * The driver cuts the encoded value into pieces of `spark.broadcast.blockSize`; an executor whose task wants it fetches
 * them in a random order from whoever has them ({@link PieceReader}) and serves them on. Task threads share the bytes and
 * decode them once each ({@link ThreadBroadcasts}). A {@link Broadcast} travels in closures as its {@link BroadcastMeta}.
 *
 * Guarantees: what a task reads is what was broadcast, checked piece by piece, or TROUPE_SPARK_BROADCAST_LOST; nothing is
 * fetched before a task that has captured it.
 */
export { Broadcast } from './broadcast.ts'
export { numPieces, pieceName, pieceRange } from './broadcast-meta.ts'
export type { BroadcastMeta } from './broadcast-meta.ts'
export { PieceReader } from './piece-reader.ts'
export { ThreadBroadcasts } from './thread-broadcasts.ts'
export { packBroadcast, reviveBroadcast } from './travel.ts'
export type { RevivedBroadcast } from './travel.ts'

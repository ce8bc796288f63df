/**
 * The barrier coordinator: lets all tasks of a barrier stage go on together. Its state is pure.
 *
 * A task asks with the number of syncs it has passed; it asks again when no answer comes, since either may be lost with a
 * connection. What comes for an attempt of a stage that is over is refused.
 */
export { barrierCoordinator } from './barrier-coordinator.ts'
export type { BarrierMessage } from './barrier-coordinator.ts'
export { emptySyncs, syncTransition } from './sync-book.ts'
export type { BarrierId, SyncAnswer, SyncEffect, SyncEvent, SyncRequest } from './sync-book.ts'

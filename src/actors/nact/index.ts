/**
 * The bridge to nact (`import … from 'troupe/nact'`): nact's functions on our refs, nact's actors in our tree.
 *
 * {@link nactBridge} starts a nact system of the same name. From then on every ref of the Troupe system is a reference that
 * nact's `dispatch`, `query`, `stop`, `spawn`, `spawnStateless` and `spawnPersistent` take; a nact actor has a place in the
 * tree, where it can be watched, stopped and supervised, and can be the parent of Troupe actors.
 *
 * What stays nact's: its actors run on `setImmediate` and real time, outside bounds and simulation; the ledger counts what was
 * handed to them (`forwarded`) or refused. A fault that a nact actor does not handle (it has no `onCrash`, or that says
 * escalate) is an ordinary failure for its Troupe parent. Our own sends never touch nact.
 */
export { nactBridge } from './bridge.ts'
export type { NactBridge, NactBridgeOptions } from './bridge.ts'
export { NactError } from './errors.ts'
export type { NactPlugin, NactRef } from './nact-types.ts'

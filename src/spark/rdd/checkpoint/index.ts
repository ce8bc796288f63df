/** Checkpoints: what RDDs are computed from in place of their lineage. */
export { partFile, readParts, sealParts } from './parts.ts'
export type { CheckpointPartition } from './parts.ts'
export type { CheckpointState } from './state.ts'

/**
 * What an agent writes down, so that an agent which is killed and started again in the same work directory knows its id, its
 * executors, its tasks and every status that no framework has acknowledged.
 *
 * `<work dir>/meta/slaves/<id>/checkpoint`, to which `meta/slaves/latest` leads, is one file of records, each a line with its
 * checksum. Only frameworks with `checkpoint: true` have records, besides the agent's own. A {@link Journal} appends them and
 * syncs many at once; {@link readCheckpoint} adds them up to what is {@link Held}.
 *
 * The commands of the agent's own executors are found even if their start was not flushed: the shells around them have written it.
 *
 * Guarantees: what was flushed is found again; a last record that was not written to its end is left out; a file that is
 * damaged elsewhere is refused, never guessed at.
 */
export { Journal } from './journal.ts'
export { Held } from './held.ts'
export type { HeldExecutor, HeldTask } from './held.ts'
export { checkpointPaths, readCheckpoint } from './read.ts'
export type { CheckpointRecord } from './record.ts'

/**
 * Sorting and combining of more than memory holds.
 *
 * {@link RecordSorter} puts pages of records in order of key without making the records; {@link ExternalCombiner} makes one pair a
 * key. Both hold execution memory of their task, spill to files of its {@link SpillSpace} when there is no more, and merge these at
 * the end.
 *
 * Guarantees: the same rows, and for sorting the same order, whatever was spilled; a spill that fails fails the task, and all files
 * go with the task.
 *
 * Words: a *run* is what one spill has written, in order; a *cursor* stands at a record of a run or of what memory still holds.
 */
export { ExternalCombiner } from './external-combiner.ts'
export { HeldMemory } from './held-memory.ts'
export { RecordSorter } from './record-sorter.ts'
export { SpillSpace, spillShortened } from './spill-space.ts'
export type { SpillCounts } from './spill-space.ts'

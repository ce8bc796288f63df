/**
 * What one task does: it begins operations of a workload when its rate wants them, at most so many at once, and measures them.
 *
 * - Service time is from an operation's begin to its answer, waiting time from its intended start to its begin, response time is both: with
 *   a rate, a store that stands still delays all that were to begin meanwhile, and they say so (no coordinated omission).
 * - All of an operation comes from the run's seed and its number: run again, it does the same.
 */
export { ensureSchema, startTask } from './start-task.ts'
export { beginSearch, searchNext } from './search.ts'
export type { Search, SearchLimits, SearchObservation } from './search.ts'

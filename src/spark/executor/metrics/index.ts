/**
 * What an executor tells of itself: its memory, and what the tries that it runs have counted so far.
 *
 * Guarantees: a thread that is busy is told of, too, since it writes its figures where its executor's main thread reads them
 * ({@link ThreadGauge}); figures are never those of two tries mixed; what is told costs nothing between two readings but a look
 * at the clock for each batch of rows.
 *
 * Words: *reading*, all figures of an executor at one time; *peaks*, the most of each figure in several of them.
 */
export { Heartbeats } from './heartbeats.ts'
export { GAUGE_BYTES, ThreadGauge, threadMemory } from './thread-gauge.ts'
export type { RunningTry, ThreadMemory } from './thread-gauge.ts'

/**
 * Distributions of latencies, and the log of them that other languages' HdrHistogram tools read.
 *
 * - {@link LatencyHistogram}: counts latencies with three significant digits. Histograms of the parts of a run, of its agents or
 *   its intervals, add up to that of the whole.
 * - {@link histogramLog}, {@link readHistogramLog}: a series of intervals as a text (`.hlog`, format 1.3).
 */
export { LatencyHistogram, mergedHistogram } from './latency-histogram.ts'
export type { HistogramBar } from './latency-histogram.ts'
export { histogramLog, readHistogramLog } from './histogram-log.ts'
export type { LoggedInterval } from './histogram-log.ts'

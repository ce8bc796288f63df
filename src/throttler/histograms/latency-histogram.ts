import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Histogram } from 'hdr-histogram-js'
import { ThrottlerError } from '../errors.ts'

const NS_PER_MS = 1e6
const HIGHEST_NS = 3.6e12
const DIGITS = 3

/** One bar of a distribution: values in (fromMs, toMs] that are told apart from no other. */
export interface HistogramBar {
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

/**
 * Latencies from 1 ns to 1 h with three significant digits, all counted; what is longer counts as an hour. All of them have the same
 * bars, so that adding one to another loses nothing: parts that are added are what one histogram of the whole would be.
 * Encoded they are what the HdrHistogram tools of other languages read (V2, compressed), in nanoseconds.
 *
 * @see http://hdrhistogram.org
 */
export class LatencyHistogram {
  readonly #counts: Histogram

  constructor() {
    this.#counts = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_NS,
      numberOfSignificantValueDigits: DIGITS,
      // Counts of 53 bits: a long run has more of one bar than 32 bits hold.
      bitBucketSize: 64,
      autoResize: false,
      useWebAssembly: false,
    })
  }

  /** What {@link encode} has made, also by other languages' libraries. @throws TROUPE_THROTTLER_HISTOGRAM_DAMAGED */
  static decode(encoded: string): LatencyHistogram {
    const histogram = new LatencyHistogram()
    try {
      const counts = decodeFromCompressedBase64(encoded, 64, false)
      histogram.#counts.add(counts)
    } catch (cause) {
      throw new ThrottlerError(
        'TROUPE_THROTTLER_HISTOGRAM_DAMAGED',
        `A histogram can't be read (${encoded.length} characters that begin with "${encoded.slice(0, 16)}"): it must be HdrHistogram's V2 form, compressed, in base64, with values up to an hour of nanoseconds.`,
        { cause },
      )
    }
    return histogram
  }

  /** @param ms of any fraction; what is below 0 counts as 0 */
  record(ms: number): void {
    const ns = Math.round(ms * NS_PER_MS)
    this.#counts.recordValue(ns > 0 ? Math.min(ns, HIGHEST_NS) : 0)
  }

  add(other: LatencyHistogram): void {
    this.#counts.add(other.#counts)
  }

  reset(): void {
    this.#counts.reset()
  }

  get count(): number {
    return this.#counts.totalCount
  }

  /** 0 while nothing is recorded, as all that follow. */
  get meanMs(): number {
    return this.count === 0 ? 0 : this.#counts.mean / NS_PER_MS
  }

  get deviationMs(): number {
    return this.count === 0 ? 0 : this.#counts.stdDeviation / NS_PER_MS
  }

  get maxMs(): number {
    return this.percentile(100)
  }

  /** The latency that `percent` (0..100) of all do not exceed. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#counts.getValueAtPercentile(percent) / NS_PER_MS
  }

  /** All bars that are not empty, from the fastest on. Takes time by their number, some thousands. */
  bars(): readonly HistogramBar[] {
    const counts = this.#counts as unknown as BarCounts
    const bars: HistogramBar[] = []
    for (let at = 0; at < counts.countsArrayLength; at += 1) {
      const count = counts.getCountAtIndex(at)
      if (count === 0) continue
      const value = counts.valueFromIndex(at)
      bars.push({
        fromMs: value / NS_PER_MS,
        toMs: counts.highestEquivalentValue(value) / NS_PER_MS,
        count,
      })
    }
    return bars
  }

  /** HdrHistogram's V2 form, compressed, as base64: some hundred characters to some thousands. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#counts)
  }
}

/** What the library's own iterators read, and its types hide. */
interface BarCounts {
  readonly countsArrayLength: number
  getCountAtIndex(at: number): number
  valueFromIndex(at: number): number
  highestEquivalentValue(value: number): number
}

export function mergedHistogram(parts: Iterable<LatencyHistogram>): LatencyHistogram {
  const whole = new LatencyHistogram()
  for (const part of parts) whole.add(part)
  return whole
}

import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Histogram } from 'hdr-histogram-js'
import { ThrottlerError } from '../errors.ts'

const NS_PER_MS = 1e6
const HIGHEST_NS = 3.6e12
const DIGITS = 3
/** Bars of one power of two; the first 2,048 values have a bar each. */
const HALF = 1024
const HALF_BITS = 10
/** Up to it, 4.3 s, a value's bar is found by whole numbers of 32 bits. */
const NEAR_NS = 2 ** 32
const NEAR_BARS = (33 - HALF_BITS) * HALF

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
  readonly #all: Histogram
  /**
   * What was recorded since `#all` was last looked at, by its bars: the library takes half a microsecond for a value, which a load
   * generator has no time for.
   */
  #near: Uint32Array | undefined

  constructor() {
    this.#all = build({
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
    const ns = ms > 0 ? Math.round(ms * NS_PER_MS) : 0
    if (ns < NEAR_NS) {
      const near = (this.#near ??= new Uint32Array(NEAR_BARS))
      const power = Math.max(0, 32 - HALF_BITS - 1 - Math.clz32(ns))
      const at = power * HALF + (ns >>> power)
      near[at] = (near[at] ?? 0) + 1
    } else {
      this.#all.recordValue(Math.min(ns, HIGHEST_NS))
    }
  }

  add(other: LatencyHistogram): void {
    this.#counts.add(other.#counts)
  }

  reset(): void {
    this.#near?.fill(0)
    this.#all.reset()
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

  get #counts(): Histogram {
    const near = this.#near
    this.#near = undefined
    if (near === undefined) return this.#all
    for (let at = 0; at < near.length; at += 1) {
      const count = near[at] ?? 0
      if (count === 0) continue
      const power = at < 2 * HALF ? 0 : (at >> HALF_BITS) - 1
      this.#all.recordValueWithCount((at - power * HALF) * 2 ** power, count)
    }
    return this.#all
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

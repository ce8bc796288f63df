import { ThrottlerError } from '../errors.ts'
import { LatencyHistogram } from './latency-histogram.ts'

/** What was measured from one moment to another, of one kind of thing. */
export interface LoggedInterval {
  /** What it is of, such as `read.response`; without commas and spaces. */
  readonly tag: string
  /** Unix time, in ms. */
  readonly wallMs: number
  readonly lengthMs: number
  readonly histogram: LatencyHistogram
}

const MS_PER_S = 1000
const LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'

/**
 * Intervals as a text that HistogramLogProcessor, HistogramLogAnalyzer and their like read, with times since the first interval, and the
 * greatest of each in milliseconds.
 *
 * @param comment one line that says what was run
 * @see https://hdrhistogram.github.io/HdrHistogram/JavaDoc/org/HdrHistogram/HistogramLogWriter.html
 */
export function histogramLog(intervals: readonly LoggedInterval[], comment: string): string {
  const startMs = Math.min(...intervals.map(({ wallMs }) => wallMs))
  const start = Number.isFinite(startMs) ? startMs : 0
  const lines = intervals.map(({ tag, wallMs, lengthMs, histogram }) =>
    [
      `Tag=${tag.replaceAll(/[\s,]/g, '_')}`,
      seconds(wallMs - start),
      seconds(lengthMs),
      histogram.maxMs.toFixed(3),
      histogram.encode(),
    ].join(','),
  )
  return [
    `#${comment.replaceAll(/\s/g, ' ')}`,
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${seconds(start)} (seconds since epoch), ${new Date(start).toISOString()}]`,
    `#[BaseTime: ${seconds(start)} (seconds since epoch)]`,
    LEGEND,
    ...lines,
    '',
  ].join('\n')
}

/**
 * All intervals of such a text, also of other writers whose values are nanoseconds; those without a tag have the tag ''.
 * @throws TROUPE_THROTTLER_HISTOGRAM_DAMAGED for a line that is none
 */
export function readHistogramLog(text: string): readonly LoggedInterval[] {
  let startS = 0
  let baseS: number | undefined
  const intervals: LoggedInterval[] = []
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [, name, number = ''] = /^#\[(StartTime|BaseTime): ([\d.]+)/.exec(line) ?? []
    if (name === 'StartTime') startS = Number(number)
    if (name === 'BaseTime') baseS = Number(number)
    if (line === '' || line.startsWith('#') || line.startsWith('"')) continue
    const fields = /^(?:Tag=([^,]*),)?([\d.]+),([\d.]+),[\d.]+,(\S+)$/.exec(line)
    if (fields === null) {
      throw new ThrottlerError(
        'TROUPE_THROTTLER_HISTOGRAM_DAMAGED',
        `Line ${at + 1} of a histogram log is no interval ("${line.slice(0, 60)}"): it must be Tag=…,start,length,greatest,histogram with times in seconds.`,
        { data: { line: at + 1 } },
      )
    }
    const [, tag = '', from, length, encoded = ''] = fields
    // As the tools do: without a base, times that are more than a year before the start are since it.
    const base = baseS ?? (Number(from) < startS - 365 * 24 * 3600 ? startS : 0)
    intervals.push({
      tag,
      wallMs: (base + Number(from)) * MS_PER_S,
      lengthMs: Number(length) * MS_PER_S,
      histogram: LatencyHistogram.decode(encoded),
    })
  }
  return intervals
}

function seconds(ms: number): string {
  return (ms / MS_PER_S).toFixed(3)
}

import type { Disk } from '../../platform/index.ts'
import { compareRuns, parseReport } from './comparison.ts'
import { html } from './html.ts'
import type { RunReport } from './run-report.ts'
import { csv, hdrLog } from './texts.ts'
import type { Threshold } from './thresholds.ts'

/** What a command line says of reports; paths of files, which are written anew. */
export interface ReportFlags {
  readonly reportHtml?: string
  readonly json?: string
  readonly hdrLog?: string
  readonly csv?: string
  /** A file that `--json` has written. */
  readonly compare?: string
  readonly failIf?: readonly Threshold[]
}

/** Flag of the command line → what it is for. */
export const REPORT_FLAGS = {
  '--report-html <file>': 'write a page of figures and plots, which needs nothing else',
  '--json <file>': 'write all figures, intervals and histograms as JSON',
  '--hdr-log <file>': 'write histograms of all intervals as HdrHistogram tools read them (.hlog)',
  '--csv <file>': 'write a row for each operation in each interval',
  '--compare <file>':
    'compare with a run that --json has written, and say what is more than chance',
  '--fail-if <limit>': "exit with 1 if the run was so, such as 'p99 > 10ms'; may be given again",
} as const

export interface ReportsWritten {
  /** What the comparison has found, for the terminal. */
  readonly lines: readonly string[]
  /** Limits that the run has broken, and by what. */
  readonly broken: readonly string[]
}

/** @throws TROUPE_THROTTLER_REPORT_DAMAGED, and as the disk does */
export async function writeReports(
  disk: Pick<Disk, 'readFile' | 'writeFile'>,
  flags: ReportFlags,
  report: RunReport,
): Promise<ReportsWritten> {
  const texts: readonly (readonly [string | undefined, () => string])[] = [
    [flags.reportHtml, () => html(report)],
    [flags.json, () => `${JSON.stringify(report)}\n`],
    [flags.hdrLog, () => hdrLog(report)],
    [flags.csv, () => csv(report)],
  ]
  // Before anything is written: it may be the file that --json writes.
  const before =
    flags.compare === undefined
      ? undefined
      : parseReport(new TextDecoder().decode(await disk.readFile(flags.compare)), flags.compare)
  for (const [path, text] of texts) {
    if (path !== undefined) await disk.writeFile(path, new TextEncoder().encode(text()))
  }
  const compared = before === undefined ? [] : compareRuns(before, report)
  const lines = compared.map(
    ({ name, before: was, after, chance, isSignificant }) =>
      `${name}: ${was.toFixed(2)} before, ${after.toFixed(2)} now, ${isSignificant ? 'a difference' : 'no more than chance'} (p = ${chance.toFixed(4)})`,
  )
  const broken = (flags.failIf ?? []).flatMap((threshold) => {
    const found = threshold.broken(report)
    return found === undefined ? [] : [`${threshold.text}: ${found}`]
  })
  return { lines, broken }
}

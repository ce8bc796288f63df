/**
 * What is told of a run: put together from what its tasks report, and written as JSON, HDR log, CSV, Prometheus' text, a page of HTML;
 * compared with another run, and held against limits.
 *
 * - {@link RunCollector} takes what tasks have measured, merges their histograms without loss and answers a {@link RunReport}.
 * - {@link writeReports} writes what the flags {@link REPORT_FLAGS} ask for, and says which limits are broken.
 */
export { figuresLine, prometheus } from './texts.ts'
export { REPORT_FLAGS, writeReports } from './outputs.ts'
export type { ReportFlags, ReportsWritten } from './outputs.ts'
export { RunCollector } from './run-report.ts'
export type { EndedTaskFigures, RunReport } from './run-report.ts'
export { parseThreshold } from './thresholds.ts'
export type { Threshold } from './thresholds.ts'

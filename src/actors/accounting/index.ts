/**
 * Accounting: what became of messages, in more than numbers.
 *
 * The ledger (`../ledger.ts`) counts every message's fate. Here the fates other than handled are counted by the
 * message's type, with the newest few of each as samples (type, sender where it is known, receiver, time); the links add what
 * was acknowledged, what is lost and what is unknown; {@link metricsOf} makes metrics of it all and
 * {@link formatMetrics} the text that Prometheus reads.
 *
 * Guarantees: a message that is handled costs nothing here, unless types are counted for all (`LedgerOptions.countTypes`);
 * memory is bounded in types, samples and links; contents of messages are never kept.
 */
export { Fates } from './fates.ts'
export type { FateSample, FateSource, LedgerOptions, TypedFate } from './fates.ts'
export type { LedgerReport } from './ledger-report.ts'
export { metricsOf } from './metrics.ts'
export type { Metric, MetricValue } from './metrics.ts'
export { METRICS_CONTENT_TYPE, formatMetrics } from './metrics-text.ts'

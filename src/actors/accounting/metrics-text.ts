import type { Metric, MetricValue } from './metrics.ts'

/** The content type of {@link formatMetrics}, for whoever serves it. */
export const METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/**
 * Metrics as OpenMetrics text, which Prometheus scrapes. Metrics of several systems may be handed over together: those
 * of one name become one family. Metrics without values are left out.
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export function formatMetrics(metrics: readonly Metric[]): string {
  const families = new Map<string, Metric[]>()
  for (const metric of metrics) {
    if (metric.values.length === 0) continue
    const family = families.get(metric.name)
    if (family === undefined) families.set(metric.name, [metric])
    else family.push(metric)
  }
  const lines = [...families].flatMap(([name, members]) => {
    const [first] = members
    if (first === undefined) return []
    // A counter's family is called without the suffix that its samples have.
    const family = first.type === 'counter' ? name.replace(/_total$/, '') : name
    return [
      `# TYPE ${family} ${first.type}`,
      `# HELP ${family} ${escaped(first.help)}`,
      ...members.flatMap(({ values }) => values.map((value) => sampleLine(name, value))),
    ]
  })
  return [...lines, '# EOF', ''].join('\n')
}

function sampleLine(family: string, { labels, value, part }: MetricValue): string {
  const name = part === undefined ? family : `${family}_${part}`
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}

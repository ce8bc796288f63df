import type { Processes } from '../../platform/index.ts'
import type { SeriesSummary } from '../series.ts'

/** What can be asked of a machine. */
export type Machine = Pick<Processes, 'availableParallelism' | 'totalMemoryBytes' | 'load'>

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>

/** A series as Mesos shows it: its last value, and behind that what the newest values are, once there are two. */
export function seriesMetrics(name: string, series: SeriesSummary | undefined): Metrics {
  if (series === undefined) return {}
  const { last, ...summary } = series
  if (summary.count < 2) return { [name]: last }
  const more = Object.entries(summary).map(([key, value]) => [`${name}/${key}`, value] as const)
  return { [name]: last, ...Object.fromEntries(more) }
}

/** What there is of the machine. */
export function systemMetrics(machine: Machine): Metrics {
  const { freeMemoryBytes, processes } = machine.load()
  const [of1, of5, of15] = processes
  return {
    'system/cpus_total': machine.availableParallelism,
    'system/load_1min': of1,
    'system/load_5min': of5,
    'system/load_15min': of15,
    'system/mem_total_bytes': machine.totalMemoryBytes,
    'system/mem_free_bytes': freeMemoryBytes,
  }
}

/** The machine as `/system/stats.json` shows it. */
export function systemStats(machine: Machine): Metrics {
  const { freeMemoryBytes, processes } = machine.load()
  const [of1, of5, of15] = processes
  return {
    avg_load_15min: of15,
    avg_load_1min: of1,
    avg_load_5min: of5,
    cpus_total: machine.availableParallelism,
    mem_free_bytes: freeMemoryBytes,
    mem_total_bytes: machine.totalMemoryBytes,
  }
}

/** `figures` with `prefix` before each name. */
export function under(prefix: string, figures: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [`${prefix}/${name}`, value]),
  )
}

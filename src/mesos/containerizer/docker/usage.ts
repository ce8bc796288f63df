import type { ResourceStatistics } from '../../protocol/index.ts'
import { recordOf } from './engine.ts'

const NS = 1e9

/** What an engine's statistics of a container say, as Mesos names it; of cgroups of either version. */
export function usageInDocker(stats: unknown): Omit<ResourceStatistics, 'timestamp'> {
  const of = (...path: readonly string[]): number | undefined => {
    let value: unknown = stats
    for (const name of path) value = recordOf(value)[name]
    return typeof value === 'number' ? value : undefined
  }
  const seconds = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value / NS
  const found = {
    processes: of('pids_stats', 'current'),
    cpus_user_time_secs: seconds(of('cpu_stats', 'cpu_usage', 'usage_in_usermode')),
    cpus_system_time_secs: seconds(of('cpu_stats', 'cpu_usage', 'usage_in_kernelmode')),
    cpus_nr_periods: of('cpu_stats', 'throttling_data', 'periods'),
    cpus_nr_throttled: of('cpu_stats', 'throttling_data', 'throttled_periods'),
    cpus_throttled_time_secs: seconds(of('cpu_stats', 'throttling_data', 'throttled_time')),
    mem_total_bytes: of('memory_stats', 'usage'),
    mem_rss_bytes: of('memory_stats', 'stats', 'rss') ?? of('memory_stats', 'stats', 'anon'),
    mem_cache_bytes: of('memory_stats', 'stats', 'cache') ?? of('memory_stats', 'stats', 'file'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

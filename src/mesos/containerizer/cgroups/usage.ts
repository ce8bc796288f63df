import type { ResourceStatistics } from '../../protocol/index.ts'

/** The text of the files of a cgroup, by name; absent where its controller is not. */
export type CgroupTexts = ReadonlyMap<string, string>

/** Files that tell what a cgroup uses, by version and controller. */
export const USAGE_FILES = {
  1: {
    cpuacct: ['cpuacct.stat'],
    cpu: ['cpu.stat'],
    memory: [
      'memory.usage_in_bytes',
      'memory.limit_in_bytes',
      'memory.soft_limit_in_bytes',
      'memory.stat',
    ],
    freezer: ['cgroup.procs', 'tasks'],
  },
  2: {
    cpu: ['cpu.stat'],
    memory: ['memory.current', 'memory.max', 'memory.stat'],
    freezer: ['cgroup.procs', 'cgroup.threads'],
  },
} as const

const TICKS = 100
const NS = 1e9
const US = 1e6
/** Version 1 says "no bound" by the largest number of pages. */
const UNBOUNDED = 2 ** 62

/** What the files of a cgroup say, as Mesos names it. Times are in seconds. */
export function usageOf(version: 1 | 2, texts: CgroupTexts): Omit<ResourceStatistics, 'timestamp'> {
  const cpu = pairsOf(texts.get('cpu.stat'))
  const memory = pairsOf(texts.get('memory.stat'))
  const [processes, threads] =
    version === 1 ? ['cgroup.procs', 'tasks'] : ['cgroup.procs', 'cgroup.threads']
  const found = {
    processes: linesOf(texts.get(processes ?? '')),
    threads: linesOf(texts.get(threads ?? '')),
    cpus_nr_periods: cpu.get('nr_periods'),
    cpus_nr_throttled: cpu.get('nr_throttled'),
    ...(version === 1
      ? {
          ...ofVersion1(texts, memory),
          cpus_throttled_time_secs: scaled(cpu.get('throttled_time'), NS),
        }
      : {
          cpus_user_time_secs: scaled(cpu.get('user_usec'), US),
          cpus_system_time_secs: scaled(cpu.get('system_usec'), US),
          cpus_throttled_time_secs: scaled(cpu.get('throttled_usec'), US),
          mem_total_bytes: numberOf(texts.get('memory.current')),
          mem_rss_bytes: memory.get('anon'),
          mem_cache_bytes: memory.get('file'),
          mem_limit_bytes: numberOf(texts.get('memory.max')),
        }),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function ofVersion1(
  texts: CgroupTexts,
  memory: ReadonlyMap<string, number>,
): Readonly<Record<string, number | undefined>> {
  const cpu = pairsOf(texts.get('cpuacct.stat'))
  return {
    cpus_user_time_secs: scaled(cpu.get('user'), TICKS),
    cpus_system_time_secs: scaled(cpu.get('system'), TICKS),
    mem_total_bytes: numberOf(texts.get('memory.usage_in_bytes')),
    mem_rss_bytes: memory.get('total_rss'),
    mem_cache_bytes: memory.get('total_cache'),
    mem_limit_bytes: numberOf(texts.get('memory.limit_in_bytes')),
    mem_soft_limit_bytes: numberOf(texts.get('memory.soft_limit_in_bytes')),
  }
}

/** How often the kernel has killed something in a cgroup for its memory. */
export function killsForMemory(version: 1 | 2, texts: CgroupTexts): number {
  const file = version === 1 ? 'memory.oom_control' : 'memory.events'
  return pairsOf(texts.get(file)).get('oom_kill') ?? 0
}

/** `name value` a line. */
function pairsOf(text: string | undefined): ReadonlyMap<string, number> {
  const lines = (text ?? '').split('\n').map((line) => line.split(' '))
  return new Map(lines.flatMap(([name = '', value]) => (value ? [[name, Number(value)]] : [])))
}

function linesOf(text: string | undefined): number | undefined {
  return text?.split('\n').filter((line) => line !== '').length
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text?.trim() || 'none')
  return Number.isNaN(number) || number >= UNBOUNDED ? undefined : number
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by
}

import type { ContainerResources } from '../protocol.ts'
import type { Controller } from './mounts.ts'

/** What the agent's flags say of bounds. */
export interface BoundSettings {
  /** Whether `cpus` is a bound even while nobody else wants the processors (`--cgroups_enable_cfs`). */
  readonly isCpuBounded: boolean
  /** At most so many processes and threads in a container. */
  readonly maxPids?: number
}

/** A value for a file of a cgroup. */
export interface CgroupWrite {
  readonly controller: Controller
  readonly file: string
  readonly value: string
}

const SHARES_PER_CPU = 1024
const LEAST_SHARES = 2
const WEIGHT_PER_CPU = 100
const PERIOD_US = 100_000
const LEAST_QUOTA_US = 1000
const LEAST_MEMORY_BYTES = 32 * 1024 * 1024

/**
 * What is written to bound a container. The hard bound of memory comes last: it is only written if it is larger than
 * the one that stands, so a container is never bounded below what it uses.
 * @see src/slave/containerizer/mesos/isolators/cgroups/subsystems of Apache Mesos 1.11
 */
export function writesFor(
  version: 1 | 2,
  { cpus, memBytes, limits = {} }: ContainerResources,
  settings: BoundSettings,
): readonly CgroupWrite[] {
  const writes: CgroupWrite[] = []
  const put = (controller: Controller, file: string, value: number | string): void => {
    writes.push({ controller, file, value: String(value) })
  }
  if (cpus !== undefined) {
    if (version === 1) {
      put('cpu', 'cpu.shares', Math.max(Math.round(cpus * SHARES_PER_CPU), LEAST_SHARES))
    } else {
      const weight = Math.round(cpus * WEIGHT_PER_CPU)
      put('cpu', 'cpu.weight', Math.min(Math.max(weight, 1), 10_000))
    }
  }
  const bound = limits.cpus ?? (settings.isCpuBounded ? cpus : undefined)
  if (bound !== undefined) {
    const quota = Number.isFinite(bound)
      ? Math.max(Math.round(bound * PERIOD_US), LEAST_QUOTA_US)
      : undefined
    if (version === 2) put('cpu', 'cpu.max', `${quota ?? 'max'} ${PERIOD_US}`)
    else {
      put('cpu', 'cpu.cfs_period_us', PERIOD_US)
      put('cpu', 'cpu.cfs_quota_us', quota ?? -1)
    }
  }
  if (settings.maxPids !== undefined) put('pids', 'pids.max', settings.maxPids)
  if (memBytes !== undefined) {
    const soft = Math.max(memBytes, LEAST_MEMORY_BYTES)
    put('memory', version === 1 ? 'memory.soft_limit_in_bytes' : 'memory.low', soft)
    const hard = Math.max(limits.memBytes ?? memBytes, LEAST_MEMORY_BYTES)
    if (version === 2) put('memory', 'memory.max', Number.isFinite(hard) ? hard : 'max')
    else put('memory', 'memory.limit_in_bytes', Number.isFinite(hard) ? hard : -1)
  }
  return writes
}

/** Whether a write would lower the hard bound of memory that stands. */
export function isLowering({ file, value }: CgroupWrite, standing: string): boolean {
  if (file !== 'memory.max' && file !== 'memory.limit_in_bytes') return false
  const boundOf = (text: string): number => {
    const number = Number(text)
    return Number.isNaN(number) || number < 0 ? Infinity : number
  }
  return boundOf(value) < boundOf(standing.trim())
}

import type { ResourceStatistics } from '../protocol/index.ts'
import type { ContainerResources } from './protocol.ts'

/** What its resources say, as statistics name it. */
export function boundsOf(
  resources: ContainerResources | undefined,
): Pick<ResourceStatistics, 'cpus_limit' | 'mem_limit_bytes' | 'disk_limit_bytes'> {
  const { cpus, memBytes, diskBytes, limits } = resources ?? {}
  const cpuLimit = limits?.cpus ?? cpus
  const memLimit = limits?.memBytes ?? memBytes
  return {
    ...(cpuLimit !== undefined && { cpus_limit: cpuLimit }),
    ...(memLimit !== undefined && Number.isFinite(memLimit) && { mem_limit_bytes: memLimit }),
    ...(diskBytes !== undefined && { disk_limit_bytes: diskBytes }),
  }
}

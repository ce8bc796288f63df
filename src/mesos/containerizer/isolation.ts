import { MesosError } from '../errors.ts'
import { nearest } from '../../platform/index.ts'

/** What `--isolation` asks for. */
export interface Isolation {
  readonly cgroups: ReadonlySet<CgroupIsolator>
  readonly hasPidNamespace: boolean
  readonly hasIpcNamespace: boolean
  /** A view of its own of the file systems: volumes and images are mounted there. */
  readonly hasMountNamespace: boolean
  /** Whether containers may have networks of their own. */
  readonly hasNetworks: boolean
  /** Whether what is in sandboxes is counted. */
  readonly countsDisk: boolean
  /** Whether an image's own command, variables and directory count. */
  readonly hasDockerRuntime: boolean
  /** Whether `ContainerInfo.rlimit_info` counts. */
  readonly hasRlimits: boolean
}

export type CgroupIsolator = 'cpu' | 'mem' | 'pids' | 'cpuset'

const CGROUPS: readonly CgroupIsolator[] = ['cpu', 'mem', 'pids', 'cpuset']
const CARRIED_OUT = [
  'posix/cpu',
  'posix/mem',
  'filesystem/posix',
  'filesystem/linux',
  'disk/du',
  'posix/disk',
  'docker/runtime',
  'namespaces/pid',
  'namespaces/ipc',
  'network/cni',
  'posix/rlimits',
  'cgroups/all',
  ...CGROUPS.map((one) => `cgroups/${one}`),
]
/** Of Mesos 1.11. */
const OTHERS = [
  'appc/runtime',
  'cgroups/blkio',
  'cgroups/devices',
  'cgroups/hugetlb',
  'cgroups/net_cls',
  'cgroups/net_prio',
  'cgroups/perf_event',
  'disk/xfs',
  'docker/volume',
  'environment_secret',
  'filesystem/shared',
  'gpu/nvidia',
  'linux/capabilities',
  'linux/devices',
  'linux/nnp',
  'linux/seccomp',
  'network/port_mapping',
  'network/ports',
  'volume/csi',
  'volume/host_path',
  'volume/image',
  'volume/sandbox_path',
  'volume/secret',
]

/** The flag's default: nothing is isolated. */
export const DEFAULT_ISOLATION = 'posix/cpu,posix/mem'

/** Reads `--isolation`. @throws TROUPE_MESOS_ISOLATION_UNKNOWN */
export function parseIsolation(text: string): Isolation {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  for (const name of names) {
    if (CARRIED_OUT.includes(name)) continue
    const why = OTHERS.includes(name)
      ? 'it is one of Mesos that Troupe does not have'
      : `there is no such isolator${nearest(name, CARRIED_OUT)}`
    throw new MesosError(
      'TROUPE_MESOS_ISOLATION_UNKNOWN',
      `--isolation can't have ${name}: ${why}. These there are: ${CARRIED_OUT.join(', ')}`,
      { data: { name } },
    )
  }
  const has = (name: string): boolean => names.includes(name)
  return {
    cgroups: new Set(CGROUPS.filter((one) => has('cgroups/all') || has(`cgroups/${one}`))),
    hasPidNamespace: has('namespaces/pid'),
    hasIpcNamespace: has('namespaces/ipc'),
    hasMountNamespace: has('filesystem/linux'),
    hasNetworks: has('network/cni'),
    countsDisk: has('disk/du') || has('posix/disk'),
    hasDockerRuntime: has('docker/runtime'),
    hasRlimits: has('posix/rlimits'),
  }
}

/** Whether it takes more than a process. */
export function needsLinux(isolation: Isolation): boolean {
  const { cgroups, hasPidNamespace, hasIpcNamespace, hasMountNamespace, hasNetworks } = isolation
  return cgroups.size > 0 || hasPidNamespace || hasIpcNamespace || hasMountNamespace || hasNetworks
}

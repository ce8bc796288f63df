import type { BoundSettings } from '../cgroups/index.ts'
import { writesFor } from '../cgroups/index.ts'
import type { ContainerResources, ContainerSpec } from '../protocol.ts'
import { SANDBOX_IN_IMAGE, unsupported, volumeMounts } from '../volumes.ts'
import { applyParameter, type Description, type HostConfig } from './parameters.ts'

/** What containers of Mesos are called, before their id. */
const PREFIX = 'mesos-'

/** The name of a container's own, by which it is found again. */
export function dockerName(containerId: string): string {
  return `${PREFIX}${containerId}`
}

/**
 * What an engine is told to create for a spec. A shell's command runs by the image's `/bin/sh`; without a command the image's own runs.
 * @throws TROUPE_MESOS_CONTAINER_UNSUPPORTED
 * @see src/docker/docker.cpp of Apache Mesos 1.11, `RunOptions::create`
 */
export function descriptionOf(spec: ContainerSpec, settings: BoundSettings): Description {
  const { container, command, sandbox, containerId } = spec
  const docker = container?.docker
  if (docker === undefined) throw unsupported('A container of type DOCKER says which image: docker')
  const { value, shell = true, arguments: given = [], environment } = command
  const variables = {
    ...spec.environment,
    MESOS_SANDBOX: SANDBOX_IN_IMAGE,
    MESOS_CONTAINER_NAME: dockerName(containerId),
    ...Object.fromEntries((environment?.variables ?? []).map((one) => [one.name, one.value ?? ''])),
  }
  const description: Description = {
    Image: docker.image,
    Env: Object.entries(variables).map(([name, text]) => `${name}=${text}`),
    Labels: {},
    ExposedPorts: {},
    ...(shell && value !== undefined
      ? { Entrypoint: ['/bin/sh'], Cmd: ['-c', value] }
      : ofArguments(value, given)),
    HostConfig: {
      Binds: [
        `${sandbox}:${SANDBOX_IN_IMAGE}`,
        ...volumeMounts(sandbox, container?.volumes).map((one) => {
          const to = one.isInSandbox ? `${SANDBOX_IN_IMAGE}/${one.to}` : one.to
          return `${one.from}:${to}:${one.isReadOnly ? 'ro' : 'rw'}`
        }),
      ],
      PortBindings: {},
      ...boundsInDocker(spec.resources, settings),
      ...(docker.privileged === true && { Privileged: true }),
      ...(docker.volume_driver !== undefined && { VolumeDriver: docker.volume_driver }),
    },
  }
  applyNetwork(description, spec)
  for (const { key, value: text } of docker.parameters ?? []) {
    applyParameter(description, key, text)
  }
  return description
}

function ofArguments(
  value: string | undefined,
  given: readonly string[],
): { readonly Cmd?: readonly string[] } {
  const all = [...(value === undefined ? [] : [value]), ...given]
  return all.length === 0 ? {} : { Cmd: all }
}

function applyNetwork(description: Description, { container }: ContainerSpec): void {
  const { network = 'HOST', port_mappings: mappings = [] } = container?.docker ?? {}
  const { HostConfig: host, ExposedPorts: exposed } = description
  const own = container?.network_infos?.find(({ name }) => name !== undefined)?.name
  if (network === 'USER' && own === undefined) {
    throw unsupported('The network USER needs the name of a network, in network_infos')
  }
  host['NetworkMode'] = network === 'USER' ? own : network.toLowerCase()
  if (container?.hostname !== undefined) {
    if (network === 'HOST') throw unsupported('A container of the network HOST has its host name')
    description.Hostname = container.hostname
  }
  if (mappings.length > 0 && network !== 'BRIDGE' && network !== 'USER') {
    throw unsupported('Port mappings are only supported for bridge and user-defined networks')
  }
  for (const { host_port, container_port, protocol = 'tcp' } of mappings) {
    const port = `${container_port}/${protocol.toLowerCase()}`
    exposed[port] = {}
    host.PortBindings[port] = [...(host.PortBindings[port] ?? []), { HostPort: String(host_port) }]
  }
}

/** Files of cgroups, as the engine calls them. */
const NAMES: Readonly<Record<string, string>> = {
  'cpu.shares': 'CpuShares',
  'cpu.cfs_period_us': 'CpuPeriod',
  'cpu.cfs_quota_us': 'CpuQuota',
  'memory.soft_limit_in_bytes': 'MemoryReservation',
  'memory.limit_in_bytes': 'Memory',
  'pids.max': 'PidsLimit',
}

/** What bounds a container, as the engine is told. */
export function boundsInDocker(
  resources: ContainerResources | undefined,
  settings: BoundSettings,
): Partial<HostConfig> {
  const bounds = writesFor(1, resources ?? {}, settings).map(({ file, value }) => [
    NAMES[file] ?? file,
    // No bound of memory is 0 there.
    file === 'memory.limit_in_bytes' && value === '-1' ? 0 : Number(value),
  ])
  return Object.fromEntries(bounds) as Partial<HostConfig>
}

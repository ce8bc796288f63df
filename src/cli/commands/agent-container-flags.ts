import type { AgentNodeOptions } from '../../mesos/index.ts'
import type { Disk } from '../../platform/index.ts'
import { Option, type Command } from '../command-line.ts'
import { duration } from './duration.ts'
import { wholeNumber } from './node-flags.ts'

/** The flags of an agent that say how it isolates what it runs. */
export interface ContainerFlags {
  readonly containerizers: string
  readonly isolation: string
  readonly runtimeDir?: string
  readonly cgroupsHierarchy: string
  readonly cgroupsRoot: string
  readonly cgroupsEnableCfs?: boolean
  readonly cgroupsPidsMax?: number
  readonly enforceContainerDiskQuota?: boolean
  readonly containerDiskWatchInterval: number
  readonly networkCniConfigDir?: string
  readonly networkCniPluginsDir?: string
  readonly dockerRegistry?: string
  readonly dockerStoreDir?: string
  readonly dockerSocket: string
  readonly switchUser: boolean
}

/** Adds the flags to a command; names and defaults are those of Mesos. */
export function addContainerFlags(command: Command): Command {
  return command
    .option(
      '--containerizers <names>',
      'which make containers, the first that can: mesos, docker',
      'mesos',
    )
    .option(
      '--isolation <names>',
      'by what the Mesos containerizer isolates; as it is, by nothing: containers are plain processes',
      'posix/cpu,posix/mem',
    )
    .option(
      '--runtime-dir <directory>',
      'for what is known of containers that run; containers in the work directory by default',
    )
    .option('--cgroups-hierarchy <directory>', 'where cgroups are mounted', '/sys/fs/cgroup')
    .option('--cgroups-root <name>', 'the cgroup that those of containers are in', 'mesos')
    .option('--cgroups-enable-cfs', 'bound processors, also while nobody else wants them')
    .addOption(
      new Option(
        '--cgroups-pids-max <number>',
        'how many processes and threads a container may have, with cgroups/pids',
      ).argParser(wholeNumber('a number', 1, 4_194_304)),
    )
    .option(
      '--enforce-container-disk-quota',
      'end a container with more in its sandbox than its disk, with disk/du',
    )
    .addOption(
      new Option('--container-disk-watch-interval <time>', 'how often sandboxes are counted')
        .argParser(duration(1))
        .default(15_000, '15secs'),
    )
    .option(
      '--network-cni-config-dir <directory>',
      'networks that containers may join, with network/cni: a configuration of CNI a file',
    )
    .option('--network-cni-plugins-dir <directory>', 'the programs that make them')
    .option(
      '--docker-registry <directory>',
      'where images of the Mesos containerizer come from: <name>.tar as docker save writes it, or directories',
    )
    .option(
      '--docker-store-dir <directory>',
      'where they are unpacked; containers-images in the work directory by default',
    )
    .option(
      '--docker-socket <path>',
      'of the engine that the Docker containerizer asks',
      '/var/run/docker.sock',
    )
    .option(
      '--no-switch-user',
      "run all as the agent's own user; as it is, root runs a command as the user that it or its framework names",
    )
}

/** What an agent's host is told about what bounds containers. */
export function sayIsolation({ containerizers, isolation }: ContainerFlags): string {
  const by = `containers: ${containerizers}, isolated by ${isolation}`
  const isBounded = isolation.split(',').some((name) => name.startsWith('cgroups/'))
  if (isBounded || !containerizers.split(',').includes('mesos')) return by
  return `${by}: processes may take more than their task has (--isolation=cgroups/cpu,cgroups/mem bounds them)`
}

/** What the agent makes of them; directories are meant from where the process was started. */
export function containerOptions(
  flags: ContainerFlags,
  disk: Disk,
): NonNullable<AgentNodeOptions['containers']> {
  const { runtimeDir, cgroupsPidsMax, dockerRegistry, dockerStoreDir } = flags
  const { networkCniConfigDir: cniConfig, networkCniPluginsDir: cniPlugins } = flags
  return {
    containerizers: flags.containerizers,
    isolation: flags.isolation,
    cgroupsHierarchy: disk.absolute(flags.cgroupsHierarchy),
    cgroupsRoot: flags.cgroupsRoot,
    enablesCfs: flags.cgroupsEnableCfs === true,
    enforcesDiskQuota: flags.enforceContainerDiskQuota === true,
    diskWatchIntervalMs: flags.containerDiskWatchInterval,
    dockerSocket: disk.absolute(flags.dockerSocket),
    ...(runtimeDir !== undefined && { runtimeDirectory: disk.absolute(runtimeDir) }),
    ...(cgroupsPidsMax !== undefined && { maxPids: cgroupsPidsMax }),
    ...(cniConfig !== undefined && { cniConfigDirectory: disk.absolute(cniConfig) }),
    ...(cniPlugins !== undefined && { cniPluginsDirectory: disk.absolute(cniPlugins) }),
    ...(dockerRegistry !== undefined && { imageRegistry: disk.absolute(dockerRegistry) }),
    ...(dockerStoreDir !== undefined && { imageStore: disk.absolute(dockerStoreDir) }),
  }
}

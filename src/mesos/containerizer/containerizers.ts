import { nearest, type Environment } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import { cgroupMounts, type CgroupMounts, type Controller } from './cgroups/index.ts'
import { containerActor } from './container-actor.ts'
import type { Launch } from './contained.ts'
import { countingDisk } from './disk-limit.ts'
import { DockerEngine, launchDocker, removeDocker } from './docker/index.ts'
import type { Containerizer } from './index.ts'
import { needsLinux, parseIsolation, DEFAULT_ISOLATION, type Isolation } from './isolation.ts'
import {
  CniNetworks,
  ImageStore,
  launchLinux,
  removeLinux,
  type LinuxSettings,
} from './linux/index.ts'
import { launchLimited, launchProcess } from './process-container.ts'
import type { ContainerSpec } from './protocol.ts'
import { unsupported } from './volumes.ts'

const NAMES = ['mesos', 'docker'] as const
type ContainerizerName = (typeof NAMES)[number]

/** What an agent's flags say of containers; each has its flag's default. */
export interface ContainerizerOptions {
  /** `--containerizers`: which there are, in the order in which they are asked. Default `mesos`. */
  readonly containerizers?: string
  /** `--isolation`. Default {@link DEFAULT_ISOLATION}. */
  readonly isolation?: string
  /** `--runtime_dir`: an absolute path, for what is known of containers. */
  readonly runtimeDirectory: string
  /** `--cgroups_hierarchy`. Default `/sys/fs/cgroup`. */
  readonly cgroupsHierarchy?: string
  /** `--cgroups_root`. Default `mesos`. */
  readonly cgroupsRoot?: string
  /** `--cgroups_enable_cfs`. Default false. */
  readonly enablesCfs?: boolean
  /** `--cgroups_pids_max`: at most so many processes and threads in a container. */
  readonly maxPids?: number
  /** `--enforce_container_disk_quota`. Default false. */
  readonly enforcesDiskQuota?: boolean
  /** `--container_disk_watch_interval`. Default 15,000. */
  readonly diskWatchIntervalMs?: number
  /** `--docker_registry`: a directory of images. */
  readonly imageRegistry?: string
  /** `--docker_socket`: the path of the socket of a Docker engine. Default `/var/run/docker.sock`. */
  readonly dockerSocket?: string
  /** `--network_cni_config_dir`: networks that containers may join. */
  readonly cniConfigDirectory?: string
  /** `--network_cni_plugins_dir`: the programs that make them. */
  readonly cniPluginsDirectory?: string
  /** `--docker_store_dir`: an absolute path. By default in the runtime directory. */
  readonly imageStore?: string
}

/** The containerizers of an agent. */
export interface Containerizers {
  readonly containerizer: Containerizer
  /** Ends what agents before have left running, but for containers of these ids. Resolves to how many it has ended. */
  readonly recover: (known: ReadonlySet<string>) => Promise<number>
}

/** Starts a container, if it is one of its kind. */
interface Candidate {
  readonly takes: (spec: ContainerSpec) => boolean
  readonly launch: Launch
  readonly remove: (containerId: string) => Promise<void>
}

/**
 * Makes the containerizers that an agent's flags ask for, once it is sure that this machine can do what they say.
 * @throws TROUPE_MESOS_ISOLATION_UNKNOWN, TROUPE_MESOS_CONTAINERIZER_UNAVAILABLE
 */
export async function makeContainerizers(
  environment: Environment,
  options: ContainerizerOptions,
): Promise<Containerizers> {
  const names = parseNames(options.containerizers ?? 'mesos')
  const candidates: Candidate[] = []
  for (const name of names) {
    const make = name === 'mesos' ? mesosCandidate : dockerCandidate
    candidates.push(await make(environment, options))
  }
  const launch: Launch = (own, spec) => {
    const candidate = candidates.find(({ takes }) => takes(spec))
    if (candidate !== undefined) return candidate.launch(own, spec)
    const says = `None of the enabled containerizers (${names.join(',')}) could create a container for the provided TaskInfo/ExecutorInfo message`
    return Promise.reject(unsupported(says))
  }
  const { disk } = environment
  const { runtimeDirectory } = options
  return {
    containerizer: (spec, owner) => containerActor(launch, spec, owner),
    async recover(known) {
      if ((await disk.stat(runtimeDirectory)) === undefined) return 0
      let ended = 0
      for (const { path } of await disk.list(runtimeDirectory)) {
        const id = path.slice(path.lastIndexOf('/') + 1)
        if (known.has(id)) continue
        for (const { remove } of candidates) await remove(id)
        await disk.remove(path)
        ended += 1
      }
      return ended
    },
  }
}

function parseNames(text: string): readonly ContainerizerName[] {
  const names = text.split(',').map((name) => name.trim())
  return names.map((name) => {
    const known = NAMES.find((one) => one === name)
    if (known !== undefined) return known
    throw new MesosError(
      'TROUPE_MESOS_ISOLATION_UNKNOWN',
      `--containerizers can't have ${name}: there is no such containerizer${nearest(name, NAMES)}. These there are: ${NAMES.join(', ')}`,
      { data: { name } },
    )
  })
}

async function mesosCandidate(
  environment: Environment,
  options: ContainerizerOptions,
): Promise<Candidate> {
  const isolation = parseIsolation(options.isolation ?? DEFAULT_ISOLATION)
  const takes = ({ container }: ContainerSpec): boolean => container?.type !== 'DOCKER'
  const counted = (launch: Launch): Launch =>
    isolation.countsDisk
      ? countingDisk(launch, {
          watchIntervalMs: options.diskWatchIntervalMs ?? 15_000,
          isEnforced: options.enforcesDiskQuota === true,
        })
      : launch
  if (!needsLinux(isolation)) {
    const { hasRlimits } = isolation
    if (hasRlimits && environment.processes.system !== 'linux') {
      throw unavailable(`posix/rlimits takes Linux, and this is ${environment.processes.system}`)
    }
    return {
      takes,
      launch: counted(hasRlimits ? launchLimited : launchProcess),
      remove: () => Promise.resolve(),
    }
  }
  const settings = await linuxSettings(environment, options, isolation)
  return {
    takes,
    launch: counted(launchLinux(settings)),
    remove: (id) => removeLinux(environment, settings, id),
  }
}

/** Takes only what asks for it. */
async function dockerCandidate(
  environment: Environment,
  options: ContainerizerOptions,
): Promise<Candidate> {
  const { dockerSocket = '/var/run/docker.sock', enablesCfs, runtimeDirectory } = options
  const engine = new DockerEngine(environment, dockerSocket)
  try {
    await engine.ask('GET', '/version')
  } catch (cause) {
    throw new MesosError(
      'TROUPE_MESOS_CONTAINERIZER_UNAVAILABLE',
      `No Docker engine answers at ${dockerSocket}: start one, name its socket (--docker_socket), or leave docker out of --containerizers`,
      { data: { socket: dockerSocket }, cause },
    )
  }
  return {
    takes: ({ container }) => container?.type === 'DOCKER',
    launch: launchDocker({ engine, runtimeDirectory, isCpuBounded: enablesCfs === true }),
    remove: (id) => removeDocker(engine, id),
  }
}

async function linuxSettings(
  environment: Environment,
  options: ContainerizerOptions,
  isolation: Isolation,
): Promise<LinuxSettings> {
  const { processes, disk } = environment
  const { runtimeDirectory } = options
  if (processes.system !== 'linux')
    throw unavailable(`it takes Linux, and this is ${processes.system}`)
  if (processes.userId !== 0) throw unavailable('it takes root')
  const hierarchy = options.cgroupsHierarchy ?? '/sys/fs/cgroup'
  const mountInfo = new TextDecoder().decode(await disk.readFile('/proc/self/mountinfo'))
  const mounts = await withControllers(environment, cgroupMounts(mountInfo, hierarchy))
  if (mounts === undefined) throw unavailable(`no cgroups are mounted below ${hierarchy}`)
  const controllers = controllersOf(isolation, mounts)
  const has = mounts.version === 1 ? Object.keys(mounts.paths) : [...mounts.controllers, 'freezer']
  const missing = controllers.find((one) => !has.includes(one))
  if (missing !== undefined) {
    throw unavailable(`the controller ${missing} is not mounted below ${hierarchy}`)
  }
  const images = new ImageStore(environment, {
    registry: options.imageRegistry,
    directory: options.imageStore ?? `${runtimeDirectory}-images`,
  })
  return {
    isolation,
    runtimeDirectory,
    image: (name) => images.image(name),
    networks: networksOf(environment, options, isolation),
    cgroups: {
      mounts,
      root: options.cgroupsRoot ?? 'mesos',
      controllers,
      isCpuBounded: options.enablesCfs === true,
      ...(options.maxPids !== undefined && { maxPids: options.maxPids }),
    },
  }
}

function networksOf(
  environment: Environment,
  { cniConfigDirectory, cniPluginsDirectory }: ContainerizerOptions,
  { hasNetworks }: Isolation,
): CniNetworks | undefined {
  if (!hasNetworks) return undefined
  if (cniConfigDirectory === undefined || cniPluginsDirectory === undefined) {
    throw unavailable('network/cni needs --network_cni_config_dir and --network_cni_plugins_dir')
  }
  return new CniNetworks(environment, {
    configDirectory: cniConfigDirectory,
    pluginsDirectory: cniPluginsDirectory,
  })
}

async function withControllers(
  { disk }: Environment,
  mounts: CgroupMounts | undefined,
): Promise<CgroupMounts | undefined> {
  if (mounts?.version !== 2) return mounts
  const text = await disk.readFile(`${mounts.path}/cgroup.controllers`)
  return { ...mounts, controllers: new TextDecoder().decode(text).trim().split(' ') }
}

/** The freezer is always among them: it ends a tree of processes at once. */
function controllersOf({ cgroups }: Isolation, { version }: CgroupMounts): readonly Controller[] {
  const cpu: readonly Controller[] = version === 1 ? ['cpu', 'cpuacct'] : ['cpu']
  return [
    'freezer',
    ...(cgroups.has('cpu') ? cpu : []),
    ...(cgroups.has('mem') ? (['memory'] as const) : []),
    ...(cgroups.has('pids') ? (['pids'] as const) : []),
    ...(cgroups.has('cpuset') ? (['cpuset'] as const) : []),
  ]
}

function unavailable(why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_CONTAINERIZER_UNAVAILABLE',
    `This machine can't isolate as --isolation says: ${why}. Plain processes need nothing: --isolation=${DEFAULT_ISOLATION}`,
    { data: { why } },
  )
}

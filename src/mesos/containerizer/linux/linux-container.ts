import { readExit, type Environment, type ProcessExit } from '../../../platform/index.ts'
import { MesosError } from '../../errors.ts'
import type { EnvironmentVariable } from '../../protocol/index.ts'
import { Cgroup, type CgroupSettings } from '../cgroups/index.ts'
import type { Contained, Ended, Launch } from '../contained.ts'
import { runWithin } from '../exec.ts'
import type { Isolation } from '../isolation.ts'
import type { ContainerLimitation, ContainerSpec } from '../protocol.ts'
import { boundsOf } from '../resource-bounds.ts'
import { rlimitOptions } from '../rlimits.ts'
import {
  commandOf,
  findProcess,
  makeSandbox,
  outputOf,
  startProcess,
  type StartedProcess,
} from '../started-process.ts'
import { SANDBOX_IN_IMAGE, unsupported, volumeMounts } from '../volumes.ts'
import type { CniNetworks } from './cni.ts'
import type { UnpackedImage } from './image.ts'
import { entererOf, launcherOf, type LaunchPlan, type RootPlan } from './launch-plan.ts'

/** How often it is looked whether the kernel has killed something for its memory. */
const MEMORY_LOOK_MS = 500
/** Between two looks at whether a container has come to its command. */
const START_LOOK_MS = 5

/** What containers of Linux are made with. */
export interface LinuxSettings {
  readonly isolation: Isolation
  readonly cgroups: CgroupSettings
  /** An absolute path; a directory in it for each container that there is. */
  readonly runtimeDirectory: string
  /** Unpacks an image, or finds it unpacked. */
  readonly image: (name: string) => Promise<UnpackedImage>
  /** Those that containers may join by name. */
  readonly networks: CniNetworks | undefined
}

/** Containers by cgroups and namespaces of the Linux kernel. */
export function launchLinux(settings: LinuxSettings): Launch {
  return async (environment, spec) => {
    const cgroup = new Cgroup(
      environment,
      settings.cgroups,
      spec.containerId,
      spec.pod?.containerId,
    )
    const runtime = `${settings.runtimeDirectory}/${spec.containerId}`
    const image = spec.container?.mesos?.image?.docker?.name
    const unpacked = image === undefined ? undefined : await unpackedOf(settings, spec, image)
    const plan = planOf(settings, spec, cgroup, unpacked, runtime)
    const process =
      spec.running === undefined
        ? await start(environment, spec, { settings, cgroup, plan, unpacked, runtime })
        : findProcess(environment, spec, spec.running)
    const ipAddress = await settings.networks?.addressOf(runtime)
    const parts = { settings, cgroup, plan, process, runtime, unpacked }
    return {
      ...containedIn(environment, spec, parts),
      ...(ipAddress !== undefined && { ipAddress }),
    }
  }
}

/** One that runs already does so whatever has become of its image. */
async function unpackedOf(
  { image }: LinuxSettings,
  { running }: ContainerSpec,
  name: string,
): Promise<UnpackedImage | undefined> {
  const unpacked = image(name)
  return running === undefined ? unpacked : unpacked.catch(() => undefined)
}

/** Removes what an agent before has left of a container. */
export async function removeLinux(
  environment: Environment,
  settings: Pick<LinuxSettings, 'cgroups' | 'networks' | 'runtimeDirectory'>,
  containerId: string,
): Promise<void> {
  const { disk, log } = environment
  const runtime = `${settings.runtimeDirectory}/${containerId}`
  const pod = await disk.readFile(podFile(runtime)).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  )
  const cgroup = new Cgroup(environment, settings.cgroups, containerId, pod)
  if (await cgroup.exists()) await cgroup.remove()
  await settings.networks?.detach(containerId, runtime).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    log.write('warn', 'a container was not taken out of its network', { containerId, why })
  })
  await disk.remove(runtime)
}

/** Whose cgroup its own is in. */
function podFile(runtime: string): string {
  return `${runtime}/pod`
}

interface Parts {
  readonly settings: LinuxSettings
  readonly cgroup: Cgroup
  readonly plan: LaunchPlan
  readonly unpacked: UnpackedImage | undefined
  readonly runtime: string
}

function planOf(
  { isolation, networks }: LinuxSettings,
  spec: ContainerSpec,
  cgroup: Cgroup,
  image: UnpackedImage | undefined,
  runtime: string,
): LaunchPlan {
  const { container, sandbox } = spec
  const { hasPidNamespace, hasIpcNamespace, hasMountNamespace } = isolation
  const volumes = volumeMounts(sandbox, container?.volumes)
  if (!hasMountNamespace && (volumes.length > 0 || container?.mesos?.image !== undefined)) {
    throw unsupported('A container with an image or volumes needs the isolator filesystem/linux')
  }
  const network = networkOf(spec)
  if (network !== undefined && networks === undefined) {
    throw unsupported(`The network ${network} needs the isolator network/cni`)
  }
  const { user } = commandOf({ ...spec, command: { ...spec.command, value: 'true' } })
  return {
    joins: cgroup.joins,
    sandbox,
    hasPidNamespace,
    hasIpcNamespace,
    hasMountNamespace,
    ...(container?.hostname !== undefined && { hostname: container.hostname }),
    ...(network !== undefined && {
      network: { readyFile: `${runtime}/unshared`, joinedFile: `${runtime}/joined` },
    }),
    volumes,
    rlimits: isolation.hasRlimits ? rlimitOptions(container) : [],
    ...(image !== undefined && { root: rootOf(isolation, spec, image, runtime) }),
    ...(user !== undefined && { user }),
    errorsFile: `${runtime}/errors`,
    startedFile: `${runtime}/started`,
    statusFile: `${runtime}/status`,
  }
}

function networkOf({ container }: ContainerSpec): string | undefined {
  return container?.network_infos?.find(({ name }) => name !== undefined)?.name
}

function rootOf(
  { hasDockerRuntime }: Isolation,
  spec: ContainerSpec,
  image: UnpackedImage,
  runtime: string,
): RootPlan {
  const { workingDirectory } = image.config
  return {
    base: image.base,
    layers: image.layers,
    directory: `${runtime}/image`,
    environment: variablesIn(spec, hasDockerRuntime ? image : undefined),
    ...(hasDockerRuntime && workingDirectory !== undefined && { workingDirectory }),
  }
}

function variablesIn(
  spec: Pick<ContainerSpec, 'environment' | 'command'>,
  image: UnpackedImage | undefined,
  more: readonly EnvironmentVariable[] = [],
): Readonly<Record<string, string>> {
  const own = [...more, ...(spec.command.environment?.variables ?? [])]
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...image?.config.environment,
    ...spec.environment,
    MESOS_SANDBOX: SANDBOX_IN_IMAGE,
    ...Object.fromEntries(own.map(({ name, value = '' }) => [name, value])),
  }
}

async function start(
  environment: Environment,
  spec: ContainerSpec,
  { settings, cgroup, plan, unpacked, runtime }: Parts,
): Promise<StartedProcess> {
  const { disk } = environment
  const withDefaults =
    settings.isolation.hasDockerRuntime && unpacked !== undefined
      ? { ...spec, command: unpacked.commandOf(spec.command) }
      : spec
  const { user, ...command } = commandOf(withDefaults)
  await makeSandbox(environment, spec, user)
  // Before all else: by it the next agent knows what to remove.
  await disk.makeDirectory(runtime)
  if (spec.pod !== undefined) {
    await disk.writeFile(podFile(runtime), new TextEncoder().encode(spec.pod.containerId))
  }
  try {
    await cgroup.create(spec.resources ?? {})
    const process = await startProcess(environment, spec, {
      ...command,
      launcher: launcherOf(plan),
    })
    if (plan.network !== undefined) {
      await untilThere(environment, plan, process, plan.network.readyFile)
      const [pid = process.pid] = await cgroup.processes()
      await settings.networks?.attach(spec.containerId, pid, networkOf(spec) ?? '', runtime)
      await disk.writeFile(plan.network.joinedFile, new Uint8Array())
    }
    await untilThere(environment, plan, process, plan.startedFile)
    return process
  } catch (error) {
    await removeLinux(environment, settings, spec.containerId)
    throw error
  }
}

/** @throws TROUPE_MESOS_CONTAINER_FAILED with what its launcher said */
async function untilThere(
  { disk, clock }: Environment,
  { errorsFile }: LaunchPlan,
  process: StartedProcess,
  path: string,
): Promise<void> {
  let hasEnded = false
  void process.ended.then(() => (hasEnded = true))
  for (;;) {
    const isEnd = hasEnded
    if ((await disk.stat(path)) !== undefined) return
    if (isEnd) break
    await new Promise<void>((resolve) => void clock.setTimer(START_LOOK_MS, resolve))
  }
  const errors = await disk.readFile(errorsFile).catch(() => new Uint8Array())
  const reason = new TextDecoder().decode(errors).trim() || 'it ended while it was set up'
  throw new MesosError(
    'TROUPE_MESOS_CONTAINER_FAILED',
    `The container can't be set up: ${reason}`,
    { data: { reason } },
  )
}

function containedIn(
  environment: Environment,
  spec: ContainerSpec,
  { settings, cgroup, plan, process, unpacked }: Parts & { readonly process: StartedProcess },
): Contained {
  const { processes, clock } = environment
  const { pid, mark } = process
  let { resources } = spec
  let limitation: ContainerLimitation | undefined
  let isOver = false
  let isReleased = false
  const watchMemory = (): void => {
    if (isOver) return
    cgroup
      .outOfMemory()
      .then((found) => {
        if (found === undefined || isOver)
          clock.setTimer(MEMORY_LOOK_MS, watchMemory, { background: true })
        else {
          limitation = found
          return cgroup.kill()
        }
        return undefined
      })
      .catch(() => undefined)
  }
  watchMemory()
  const ended = process.ended.then(async (exit): Promise<Ended> => {
    isOver = true
    // The next agent's, then.
    if (isReleased) return { exit }
    limitation ??= await cgroup.outOfMemory()
    const own = plan.hasPidNamespace ? await ofNamespace(environment, plan) : exit
    await removeLinux(environment, settings, spec.containerId)
    return { exit: own, ...(limitation !== undefined && { limitation }) }
  })
  return {
    pid,
    mark,
    ended,
    signal: (signal) => {
      if (signal === 'SIGKILL') {
        cgroup.kill().catch(() => undefined)
        return
      }
      cgroup
        .processes()
        .then((all) => {
          for (const one of all) processes.kill(one, signal)
        })
        .catch(() => undefined)
    },
    destroy: async () => {
      await cgroup.kill()
      // Of what has not come into its cgroup yet.
      if (mark !== undefined && processes.startMark(pid) === mark) {
        if ((await cgroup.processes()).length === 0) processes.killGroup(pid)
      }
    },
    update: async (update) => {
      resources = update
      await cgroup.update(update)
    },
    statistics: async () => ({ ...boundsOf(resources), ...(await cgroup.statistics()) }),
    exec: async ({ command, environment: variables, timeoutMs }) => {
      const [target] = await cgroup.processes()
      if (target === undefined) return { type: 'exec-failed', reason: 'The container has ended' }
      const { user: _, ...line } = commandOf({ ...spec, command }, variables)
      const root = plan.root && {
        ...plan.root,
        environment: variablesIn({ ...spec, command }, unpacked, variables),
      }
      const { root: __, ...rest } = plan
      const launcher = entererOf({ ...rest, pid: target, ...(root !== undefined && { root }) })
      return runWithin(environment, { ...line, ...outputOf(spec), launcher }, timeoutMs)
    },
    release: () => {
      isOver = true
      isReleased = true
    },
  }
}

/** The first process of a namespace is a shell: it says how its command ended, unless it was killed, and all with it. */
async function ofNamespace(
  { disk }: Environment,
  { statusFile }: LaunchPlan,
): Promise<ProcessExit> {
  const killed = { code: undefined, signal: 'SIGKILL' }
  return (await readExit(disk, statusFile).catch(() => undefined)) ?? killed
}

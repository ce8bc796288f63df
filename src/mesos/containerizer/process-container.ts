import type { ActorRef, Behavior } from '../../actors/index.ts'
import {
  readExit,
  type Environment,
  type ProcessCommand,
  type ProcessExit,
} from '../../platform/index.ts'
import type { EnvironmentVariable, ResourceStatistics } from '../protocol/index.ts'
import { commandLineOf } from './command.ts'
import { containerActor } from './container-actor.ts'
import type { Contained, Ended } from './contained.ts'
import { runWithin } from './exec.ts'
import type {
  ContainerMessage,
  ContainerNotice,
  ContainerResources,
  ContainerSpec,
} from './protocol.ts'

/** How often a process that is nobody's child here is looked at. */
const LOOK_MS = 500

/**
 * A container that isolates nothing and bounds nothing: one process of the operating system, in a session of its own, in its
 * sandbox, with its output in files.
 */
export function processContainer(
  spec: ContainerSpec,
  owner: ActorRef<ContainerNotice>,
): Behavior<ContainerMessage> {
  return containerActor(launchProcess, spec, owner)
}

/** Starts a process, or finds it. What is left in its session when it ends is ended too. */
export async function launchProcess(
  environment: Environment,
  spec: ContainerSpec,
): Promise<Contained> {
  const { processes } = environment
  const { pid, mark, ended } =
    spec.running === undefined
      ? await start(environment, spec)
      : find(environment, spec, spec.running)
  const isThere = (): boolean => mark !== undefined && processes.startMark(pid) === mark
  let { resources } = spec
  return {
    pid,
    mark,
    ended,
    signal: (signal) => {
      if (isThere()) processes.killGroup(pid, signal)
    },
    destroy: async () => {
      if (isThere()) processes.killGroup(pid)
    },
    update: async (update) => {
      resources = update
    },
    statistics: async () => {
      const usage = processes.usage(pid)
      return (
        usage && {
          processes: usage.processes,
          threads: usage.threads,
          cpus_user_time_secs: usage.userMs / 1000,
          cpus_system_time_secs: usage.systemMs / 1000,
          mem_rss_bytes: usage.residentBytes,
          ...boundsOf(resources),
        }
      )
    },
    exec: ({ command, environment: variables, timeoutMs }) =>
      runWithin(
        environment,
        {
          ...commandOf({ ...spec, command }, variables),
          ...outputOf(spec),
        },
        timeoutMs,
      ),
    release: () => undefined,
  }
}

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

/** Makes the sandbox, with the link to it. */
export async function makeSandbox({ disk }: Environment, spec: ContainerSpec): Promise<void> {
  await disk.makeDirectory(spec.sandbox)
  if (spec.latest !== undefined) await disk.link(spec.sandbox, spec.latest)
}

/** The command of a spec, with its variables, in its sandbox. @throws TROUPE_MESOS_COMMAND_INVALID */
export function commandOf(
  spec: Pick<ContainerSpec, 'command' | 'environment' | 'sandbox' | 'tethered' | 'user'>,
  more: readonly EnvironmentVariable[] = [],
): ProcessCommand {
  const own = spec.command.environment?.variables ?? []
  const user = spec.command.user ?? spec.user
  return {
    ...commandLineOf(spec.command),
    environment: {
      ...spec.environment,
      ...Object.fromEntries([...more, ...own].map(({ name, value = '' }) => [name, value])),
    },
    directory: spec.sandbox,
    ...(spec.tethered === true && { tethered: true }),
    ...(user !== undefined && { user }),
  }
}

/** Where what it writes goes. */
export function outputOf(
  spec: Pick<ContainerSpec, 'sandbox'>,
): Pick<ProcessCommand, 'stdout' | 'stderr'> {
  return { stdout: `${spec.sandbox}/stdout`, stderr: `${spec.sandbox}/stderr` }
}

interface Process {
  readonly pid: number
  readonly mark: string | undefined
  readonly ended: Promise<Ended>
}

async function start(environment: Environment, spec: ContainerSpec): Promise<Process> {
  const { processes } = environment
  // Only root can be somebody else.
  const { user, ...line } = commandOf(spec)
  const command = { ...line, ...(processes.userId === 0 && user !== undefined && { user }) }
  await makeSandbox(environment, spec)
  const { pid, exited } = await processes.start({
    ...command,
    ...outputOf(spec),
    detached: true,
    ...(spec.exitFile !== undefined && { exitFile: spec.exitFile }),
  })
  const ended = exited.then((exit) => {
    processes.killGroup(pid)
    return { exit }
  })
  return { pid, mark: processes.startMark(pid), ended }
}

function find(
  { processes, clock, disk }: Environment,
  { exitFile }: Pick<ContainerSpec, 'exitFile'>,
  { pid, mark }: { readonly pid: number; readonly mark: string },
): Process {
  const gone = new Promise<void>((resolve) => {
    const look = (): void => {
      if (processes.startMark(pid) === mark) clock.setTimer(LOOK_MS, look, { background: true })
      else resolve()
    }
    look()
  })
  const read = (): Promise<ProcessExit | undefined> =>
    exitFile === undefined
      ? Promise.resolve(undefined)
      : readExit(disk, exitFile).catch(() => undefined)
  return { pid, mark, ended: gone.then(read).then((exit) => ({ exit })) }
}

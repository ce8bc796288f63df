import type { ActorRef, Behavior } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import { containerActor } from './container-actor.ts'
import type { Contained, Launch } from './contained.ts'
import { runWithin } from './exec.ts'
import type { ContainerMessage, ContainerNotice, ContainerSpec } from './protocol.ts'
import { boundsOf } from './resource-bounds.ts'
import { rlimitOptions } from './rlimits.ts'
import { commandOf, findProcess, makeSandbox, outputOf, startProcess } from './started-process.ts'
import { unsupported } from './volumes.ts'

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

/** Starts a process, or finds it. @throws TROUPE_MESOS_CONTAINER_UNSUPPORTED for volumes and images */
export async function launchProcess(
  environment: Environment,
  spec: ContainerSpec,
  hasRlimits = false,
): Promise<Contained> {
  const { processes } = environment
  const { pid, mark, ended } =
    spec.running === undefined
      ? await start(environment, spec, hasRlimits)
      : findProcess(environment, spec, spec.running)
  const isThere = (): boolean => mark !== undefined && processes.startMark(pid) === mark
  let { resources } = spec
  return {
    pid,
    mark,
    ended: ended.then((exit) => ({ exit })),
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
        { ...ofUser(environment, commandOf({ ...spec, command }, variables)), ...outputOf(spec) },
        timeoutMs,
      ),
    release: () => undefined,
  }
}

async function start(
  environment: Environment,
  spec: ContainerSpec,
  hasRlimits: boolean,
): ReturnType<typeof startProcess> {
  const { container } = spec
  if (container?.mesos?.image !== undefined || (container?.volumes ?? []).length > 0) {
    throw unsupported(
      'A container with an image or volumes needs the isolator filesystem/linux, which this agent was started without (--isolation)',
    )
  }
  const command = ofUser(environment, commandOf(spec))
  await makeSandbox(environment, spec, command.user)
  const rlimits = hasRlimits ? rlimitOptions(container) : []
  return startProcess(environment, spec, {
    ...command,
    ...(rlimits.length > 0 && { launcher: ['prlimit', ...rlimits, '--'] }),
  })
}

/** The same with what `ContainerInfo.rlimit_info` asks for. */
export const launchLimited: Launch = (environment, spec) => launchProcess(environment, spec, true)

/** Only root can run something as somebody else. */
function ofUser<T extends { readonly user?: string }>(
  { processes }: Environment,
  { user, ...command }: T,
): Omit<T, 'user'> & { readonly user?: string } {
  return { ...command, ...(processes.userId === 0 && user !== undefined && { user }) }
}

import {
  isTroupeError,
  readExit,
  type Environment,
  type ProcessCommand,
  type ProcessExit,
} from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import type { EnvironmentVariable } from '../protocol/index.ts'
import { commandLineOf } from './command.ts'
import type { ContainerSpec } from './protocol.ts'

/** How often a process that is nobody's child here is looked at. */
const LOOK_MS = 500

/** Makes the sandbox, with the link to it, for whom the command runs as. */
export async function makeSandbox(
  { disk }: Environment,
  spec: ContainerSpec,
  user?: string,
): Promise<void> {
  await disk.makeDirectory(spec.sandbox)
  if (user !== undefined) await giveSandbox(disk, spec.sandbox, user)
  if (spec.latest !== undefined) await disk.link(spec.sandbox, spec.latest)
  for (const { path, target } of spec.links ?? []) {
    await disk.makeDirectory(target)
    if (user !== undefined) await disk.giveTo(user, target)
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await disk.link(target, path)
  }
}

/** Users go by their names alone, as in Mesos: what holds for a name must not be passed by with its number. */
const NUMBER = /^\d+$/

/** @throws TROUPE_MESOS_SANDBOX_FAILED in the words of Mesos */
async function giveSandbox(
  disk: Environment['disk'],
  sandbox: string,
  user: string,
): Promise<void> {
  let cause: unknown
  const isNumber = NUMBER.test(user)
  if (!isNumber) {
    try {
      await disk.giveTo(user, sandbox)
      return
    } catch (error) {
      cause = error
    }
  }
  await disk.removeDirectory(sandbox).catch(() => undefined)
  const isUnknown = isNumber || isTroupeError(cause, 'TROUPE_PLATFORM_USER_UNKNOWN')
  const why = isUnknown ? `No such user '${user}'` : String(cause)
  throw new MesosError(
    'TROUPE_MESOS_SANDBOX_FAILED',
    `Failed to create executor directory '${sandbox}': Failed to chown directory to '${user}': ${why}`,
    { data: { sandbox, user }, cause },
  )
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

/** The process of a container, started here or found. */
export interface StartedProcess {
  readonly pid: number
  /** Tells it from others that get the same number; undefined if it has ended already. */
  readonly mark: string | undefined
  /** Undefined where how it ended can't be known. */
  readonly ended: Promise<ProcessExit | undefined>
}

/** Starts a process in its sandbox; what is left in its session when it ends is ended too. @throws TROUPE_PLATFORM_PROCESS_FAILED */
export async function startProcess(
  { processes }: Environment,
  spec: ContainerSpec,
  command: ProcessCommand,
): Promise<StartedProcess> {
  const { pid, exited } = await processes.start({
    ...command,
    ...outputOf(spec),
    detached: true,
    ...(spec.exitFile !== undefined && { exitFile: spec.exitFile }),
  })
  const ended = exited.then((exit) => {
    processes.killGroup(pid)
    return exit
  })
  return { pid, mark: processes.startMark(pid), ended }
}

/** Looks after a process that another agent has started, if it runs still. */
export function findProcess(
  { processes, clock, disk }: Environment,
  { exitFile }: Pick<ContainerSpec, 'exitFile'>,
  { pid, mark }: { readonly pid: number; readonly mark: string },
): StartedProcess {
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
  return { pid, mark, ended: gone.then(read) }
}

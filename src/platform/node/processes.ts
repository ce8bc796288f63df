import { spawn } from 'node:child_process'
import { nodePipe } from './pipe.ts'
import type { ChildProcess as NodeChildProcess, SpawnOptions } from 'node:child_process'
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { availableParallelism, freemem, hostname, loadavg, totalmem } from 'node:os'
import { PlatformError, systemReason } from '../errors.ts'
import { exitOfShell } from '../exit-file.ts'
import type { ChildProcess, ProcessCommand, Processes, ProcessExit, TextSink } from '../process.ts'
import { processTree, sessionUsage, statOf } from './process-usage.ts'
import { userNamed, type UserNumbers } from './users.ts'

/** This process, and those it starts. */
export const nodeProcesses: Processes = {
  pid: process.pid,
  hostname: hostname(),
  system: process.platform,
  userId: process.getuid?.(),
  environment: process.env,
  args: process.argv.slice(2),
  availableParallelism: availableParallelism(),
  nodeVersion: process.version,
  totalMemoryBytes: totalmem(),
  load: () => {
    const [of1 = 0, of5 = 0, of15 = 0] = loadavg()
    return { freeMemoryBytes: freemem(), processes: [of1, of5, of15] }
  },
  start: startProcess,
  pipe: nodePipe,
  kill: (pid, signal) => sendSignal(pid, signal),
  isAlive: (pid) => sendSignal(pid, 0),
  killGroup: (pid, signal = 'SIGKILL') => sendSignal(-pid, signal) || sendSignal(pid, signal),
  usage: sessionUsage,
  tree: processTree,
  startMark,
  onSignal(signal, fn) {
    process.on(signal, fn)
    return () => process.off(signal, fn)
  },
  exit: (code) => process.exit(code),
  stdout: sinkOf(() => process.stdout),
  stderr: sinkOf(() => process.stderr),
}

/**
 * Runs a command, and writes to a file which process it is, as `startMark` tells it from others, and how it ended. What may end a
 * process leaves this shell alone, and is as it was to the command: a trap is not inherited.
 */
const WITH_EXIT_FILE = `trap : HUP INT QUIT TERM USR1 USR2
file=$1
shift
mark=unknown
marked() { shift 19; mark="$boot $1"; }
if read -r stat 2>/dev/null </proc/$$/stat && read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
then marked \${stat##*) }
fi
printf '%s %s\\n' "$$" "$mark" >"$file"
"$@"
status=$?
printf %s "$status" >>"$file"
exit "$status"`

/** Runs a command, and kills all of its group when nobody holds the other end of the third file any more. */
const TETHERED = `(trap '' HUP INT QUIT TERM USR1 USR2; read -r _ <&3; kill -s KILL 0) &
watcher=$!
trap : HUP INT QUIT TERM USR1 USR2
"$@" 3<&-
status=$?
kill -s KILL "$watcher"
exit "$status"`

async function startProcess(command: ProcessCommand): Promise<ChildProcess> {
  const files: number[] = []
  const { exitFile } = command
  try {
    const user = command.user === undefined ? undefined : userNamed(command.user)
    const options = spawnOptions(command, files, user)
    const [executable, ...args] = argumentsOf(command)
    if (exitFile !== undefined) makeExitFile(exitFile, user)
    const child =
      exitFile !== undefined
        ? spawn('/bin/sh', ['-c', WITH_EXIT_FILE, 'sh', exitFile, executable, ...args], options)
        : command.tethered === true
          ? spawn('/bin/sh', ['-c', TETHERED, 'sh', executable, ...args], options)
          : spawn(executable, args, options)
    holdTether(child)
    return await started(child, command)
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause
    throw new PlatformError(
      'TROUPE_PLATFORM_PROCESS_FAILED',
      `The process ${command.command} can't be started (${systemReason(cause)}): give an executable, and a directory, a user and output files that exist and may be used.`,
      { cause, data: { command: command.command, reason: systemReason(cause) } },
    )
  } finally {
    for (const file of files) closeSync(file)
  }
}

function isTethered({ tethered, exitFile }: ProcessCommand): boolean {
  return tethered === true && exitFile === undefined
}

/** This process's end of the tether, which closes when it ends, or the child does. */
function holdTether(child: NodeChildProcess): void {
  const tether = child.stdio[3]
  if (!(tether instanceof Socket)) return
  tether.unref()
  tether.on('error', () => tether.destroy())
}

function argumentsOf(command: ProcessCommand): readonly [string, ...string[]] {
  const line: readonly [string, ...string[]] =
    command.node === true
      ? [process.execPath, ...(command.nodeArgs ?? []), command.command, ...command.args]
      : [command.command, ...command.args]
  return command.launcher === undefined ? line : [...command.launcher, ...line]
}

/** Empty until its process has ended. */
function makeExitFile(path: string, user: UserNumbers | undefined): void {
  const file = openOwn(path, user)
  ftruncateSync(file)
  closeSync(file)
}

/** On Windows there are none of these. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>

/**
 * Opens a file to write to, for a user if one is given. Whoever may write to its directory could put a link, or a pipe, in its place:
 * by that nobody is to come to another's file, nor to hold us up.
 */
function openOwn(path: string, user: UserNumbers | undefined, how = 0): number {
  const file = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | O_NOFOLLOW | O_NONBLOCK | how,
  )
  try {
    const found = fstatSync(file)
    if (!found.isFile() || found.nlink > 1) throw notPlain(path)
    if (user !== undefined) fchownSync(file, user.uid, user.gid)
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function notPlain(path: string): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_FILE_UNWRITABLE',
    `${path} is no file of its own, but something else or linked from elsewhere: remove it, or name another.`,
    { data: { path } },
  )
}

function spawnOptions(
  command: ProcessCommand,
  files: number[],
  user: UserNumbers | undefined,
): SpawnOptions {
  const output = (target: string | undefined): number | 'inherit' | 'ignore' => {
    if (target === undefined) return 'ignore'
    if (target === 'inherit') return 'inherit'
    const file = openOwn(target, user, constants.O_APPEND)
    files.push(file)
    return file
  }
  return {
    stdio: [
      command.stdin ?? 'ignore',
      output(command.stdout),
      output(command.stderr),
      ...(isTethered(command) ? (['pipe'] as const) : []),
    ],
    env: { ...process.env, ...command.environment },
    detached: command.detached === true,
    ...(command.directory === undefined ? {} : { cwd: command.directory }),
    ...user,
  }
}

function started(child: NodeChildProcess, command: ProcessCommand): Promise<ChildProcess> {
  const isDetached = command.detached === true
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(
        (command.exitFile !== undefined || isTethered(command)) && code !== null
          ? exitOfShell(code)
          : { code: code ?? undefined, signal: signal ?? undefined },
      ),
    )
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      if (isDetached) child.unref()
      const pid = child.pid ?? 0
      // The leader of a session of its own: the signal is for all in its process group.
      const kill = (signal: NodeJS.Signals): void => {
        if (!isDetached || !sendSignal(-pid, signal)) child.kill(signal)
      }
      resolve({ pid, exited, kill })
    })
  })
}

/** False when there is no such process; true also for one that belongs to another user. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return systemReason(error) === 'EPERM'
  }
}

/** The start of the machine, and that of the process since. @see proc_pid_stat(5) */
function startMark(pid: number): string | undefined {
  if (process.platform !== 'linux') return sendSignal(pid, 0) ? 'unknown' : undefined
  const fields = statOf(pid)
  if (fields === undefined) return undefined
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot} ${fields[19] ?? ''}`
}

/** The stream is looked up late: asking for it opens it. */
function sinkOf(stream: () => NodeJS.WriteStream): TextSink {
  return {
    write: (text) => void stream().write(text),
    get isTerminal() {
      return stream().isTTY === true
    },
    get columns() {
      return stream().columns ?? 80
    },
  }
}

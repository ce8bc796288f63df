import { spawn } from 'node:child_process'
import type { ChildProcess as NodeChildProcess, SpawnOptions } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { availableParallelism, hostname, totalmem } from 'node:os'
import { PlatformError, systemReason } from '../errors.ts'
import type { ChildProcess, ProcessCommand, Processes, ProcessExit, TextSink } from '../process.ts'

/** This process, and those it starts. */
export const nodeProcesses: Processes = {
  pid: process.pid,
  hostname: hostname(),
  environment: process.env,
  args: process.argv.slice(2),
  availableParallelism: availableParallelism(),
  totalMemoryBytes: totalmem(),
  start: startProcess,
  kill: (pid, signal) => sendSignal(pid, signal),
  isAlive: (pid) => sendSignal(pid, 0),
  killGroup: (pid) => sendSignal(-pid, 'SIGKILL') || sendSignal(pid, 'SIGKILL'),
  startMark,
  onSignal(signal, fn) {
    process.on(signal, fn)
    return () => process.off(signal, fn)
  },
  exit: (code) => process.exit(code),
  stdout: sinkOf(() => process.stdout),
  stderr: sinkOf(() => process.stderr),
}

async function startProcess(command: ProcessCommand): Promise<ChildProcess> {
  const files: number[] = []
  try {
    const child = spawn(
      command.node === true ? process.execPath : command.command,
      command.node === true
        ? [...(command.nodeArgs ?? []), command.command, ...command.args]
        : command.args,
      spawnOptions(command, files),
    )
    return await started(child, command.detached === true)
  } catch (cause) {
    throw new PlatformError(
      'TROUPE_PLATFORM_PROCESS_FAILED',
      `The process ${command.command} can't be started (${systemReason(cause)}): give an executable, and a directory and output files that exist and may be used.`,
      { cause, data: { command: command.command, reason: systemReason(cause) } },
    )
  } finally {
    for (const file of files) closeSync(file)
  }
}

function spawnOptions(command: ProcessCommand, files: number[]): SpawnOptions {
  const output = (target: string | undefined): number | 'inherit' | 'ignore' => {
    if (target === undefined) return 'ignore'
    if (target === 'inherit') return 'inherit'
    const file = openSync(target, 'a')
    files.push(file)
    return file
  }
  return {
    stdio: ['ignore', output(command.stdout), output(command.stderr)],
    env: { ...process.env, ...command.environment },
    detached: command.detached === true,
    ...(command.directory === undefined ? {} : { cwd: command.directory }),
  }
}

function started(child: NodeChildProcess, isDetached: boolean): Promise<ChildProcess> {
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined }),
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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Behind the name, which may hold anything: the third field, and the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Ended already; whose child it was has not asked for its status.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${fields[19] ?? ''}`
  } catch {
    return process.platform !== 'linux' && sendSignal(pid, 0) ? 'unknown' : undefined
  }
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

import type { Disk } from './disk.ts'
import type { ProcessExit } from './process.ts'

/** Signals that end a process, by their numbers on Linux and the BSDs. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
}

/** How a process ended whose shell says `status`: an exit code, or 128 and the number of a signal. */
export function exitOfShell(status: number): ProcessExit {
  const signal = SIGNALS[status - 128]
  return signal === undefined ? { code: status, signal: undefined } : { code: undefined, signal }
}

/** What a shell says of a process that ended like this. */
export function shellStatusOf({ code, signal }: ProcessExit): number {
  if (signal === undefined) return code ?? 0
  const number = Object.keys(SIGNALS).find((one) => SIGNALS[Number(one)] === signal)
  return 128 + Number(number ?? 0)
}

/** How a process that was started with `exitFile` ended; undefined if it has not, or was killed with its shell. */
export async function readExit(disk: Disk, path: string): Promise<ProcessExit | undefined> {
  if ((await disk.stat(path)) === undefined) return undefined
  const text = new TextDecoder().decode(await disk.readFile(path))
  const [, status] = /(?:^|\n)(\d{1,3})$/.exec(text) ?? []
  return status === undefined ? undefined : exitOfShell(Number(status))
}

/** What a shell writes to its exit file first: the number of its process, and its mark (see `Processes.startMark`). */
export function startedLine(pid: number, mark: string): string {
  return `${pid} ${mark}\n`
}

/** Which process was started with this `exitFile`; undefined if it has not written that yet. */
export async function readStarted(
  disk: Disk,
  path: string,
): Promise<{ readonly pid: number; readonly mark: string } | undefined> {
  if ((await disk.stat(path)) === undefined) return undefined
  const text = new TextDecoder().decode(await disk.readFile(path))
  const [, pid, mark] = /^(\d+) (.+)\n/.exec(text) ?? []
  return mark === undefined ? undefined : { pid: Number(pid), mark }
}

import type { ProcessExit } from '../../platform/index.ts'

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}

/** How a process ended, as wait(2) gives it: the number of the signal, or the exit code × 256. */
export function waitStatusOf(exit: ProcessExit): number {
  if (exit.signal !== undefined) return SIGNALS[exit.signal] ?? 1
  return (exit.code ?? 0) * 256
}

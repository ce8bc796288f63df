import type { ProcessExit } from '../../platform/index.ts'

/** As strsignal(3) names them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
  SIGSYS: 'Bad system call',
}

/** How a command has ended, in the words of Mesos. */
export function waitMessage({ code, signal }: ProcessExit): string {
  return signal === undefined
    ? `Command exited with status ${code ?? 0}`
    : `Command terminated with signal ${SIGNALS[signal] ?? signal}`
}

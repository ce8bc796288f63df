import type { ChildProcess, Environment, ProcessExit } from '../../platform/index.ts'

/** The process of a container, started here or found. */
export interface ContainedProcess {
  readonly pid: number
  /** Tells it from others that get the same number; undefined if it has ended already. */
  readonly mark: string | undefined
  /** Ends it at once, with all that it has started. */
  kill(): void
  /** How it ended; undefined where that can't be known. */
  readonly exited: Promise<ProcessExit | undefined>
}

/** How often a process that is nobody's child here is looked at. */
const LOOK_MS = 500

/** A process that this one has started. */
export function ownProcess({ processes }: Environment, child: ChildProcess): ContainedProcess {
  return {
    pid: child.pid,
    mark: processes.startMark(child.pid),
    kill: () => {
      child.kill('SIGKILL')
    },
    exited: child.exited,
  }
}

/** A process that another one has started, if it runs still. */
export function findProcess(
  { processes, clock }: Environment,
  { pid, mark }: { readonly pid: number; readonly mark: string },
): ContainedProcess {
  const isThere = (): boolean => processes.startMark(pid) === mark
  const exited = new Promise<undefined>((resolve) => {
    const look = (): void => {
      if (isThere()) clock.setTimer(LOOK_MS, look, { background: true })
      else resolve(undefined)
    }
    look()
  })
  return {
    pid,
    mark,
    kill: () => {
      if (isThere()) processes.killGroup(pid)
    },
    exited,
  }
}

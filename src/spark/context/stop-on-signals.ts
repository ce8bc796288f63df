import type { Processes } from '../../platform/index.ts'

/** The signals that end a program, and what it exits with then. */
const ENDING = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const

/**
 * Has a program that is told to end leave nothing behind: `stop` runs first. A second signal ends it at once. Returns the
 * way to stop that.
 */
export function stopOnSignals(processes: Processes, stop: () => Promise<void>): () => void {
  let isEnding = false
  const removals = ENDING.map(([signal, code]) =>
    processes.onSignal(signal, () => {
      const exit = (): void => {
        processes.exit(code)
      }
      if (isEnding) {
        exit()
        return
      }
      isEnding = true
      stop().then(exit, exit)
    }),
  )
  return () => {
    for (const remove of removals) remove()
  }
}

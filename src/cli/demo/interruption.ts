import type { Environment } from '../../platform/index.ts'

/** Ctrl-C, a request to end, or the end of the terminal. */
export class Interruption {
  /** Resolves with the first signal; a second one ends the process at once, as if nobody listened. */
  readonly happened: Promise<'interrupted'>
  #off: readonly (() => void)[] = []

  constructor({ processes }: Environment) {
    this.happened = new Promise((resolve) => {
      const end = (): void => {
        this.ignore()
        resolve('interrupted')
      }
      this.#off = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
        processes.onSignal(signal, end),
      )
    })
  }

  /** Listens no longer. */
  ignore(): void {
    for (const off of this.#off) off()
  }
}

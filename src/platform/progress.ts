/** A bar for one piece of work with a known number of steps. */
export interface ProgressBar {
  /** `done` of the total; `note` is a short word on how it goes. */
  update(done: number, note?: string): void
  /** Leaves the last state standing. */
  finish(): void
}

/** Progress of long work, for people: bars on a terminal, a line now and then elsewhere. */
export interface Progress {
  start(label: string, total: number): ProgressBar
}

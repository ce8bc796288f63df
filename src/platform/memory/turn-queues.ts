import type { Owner, Task } from './owner.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Runs one task of an owner; `isMicrotask` tasks are never held behind those that came before. */
export type Execute = (owner: Owner, task: Task, isMicrotask: boolean) => void

/** What is runnable at the present instant, and in which order it runs. */
export interface TurnQueues {
  microtask(owner: Owner, task: Task): void
  macrotask(owner: Owner, task: Task): void
  /** Runs the next turn, or microtasks to the last; false when there is nothing to run. */
  runNext(execute: Execute): boolean
  isRunnable(): boolean
}

interface Turn {
  readonly owner: Owner
  readonly task: Task
}

/** First come, first served over all owners: own microtasks, timers that are due, own macrotasks. */
export class TurnsInOrder implements TurnQueues {
  readonly #clock: VirtualClock
  #microtasks: Turn[] = []
  #macrotasks: Turn[] = []
  #batch: Turn[] = []

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  microtask(owner: Owner, task: Task): void {
    this.#microtasks.push({ owner, task })
  }

  macrotask(owner: Owner, task: Task): void {
    this.#macrotasks.push({ owner, task })
  }

  isRunnable(): boolean {
    return (
      this.#microtasks.length + this.#batch.length + this.#macrotasks.length > 0 ||
      this.#clock.isDue()
    )
  }

  runNext(execute: Execute): boolean {
    if (this.#runMicrotasks(execute)) return true
    const due = this.#clock.takeDue()
    if (due !== undefined) {
      const task = due.claim()
      if (task !== undefined) execute(due.owner, task, false)
      return true
    }
    if (this.#batch.length === 0) {
      // Reversed, so that taking the next one is a pop.
      this.#batch = this.#macrotasks.reverse()
      this.#macrotasks = []
    }
    const next = this.#batch.pop()
    if (next === undefined) return false
    execute(next.owner, next.task, false)
    return true
  }

  /** Own microtasks run to the last, those that they queue too, as Node's do. */
  #runMicrotasks(execute: Execute): boolean {
    if (this.#microtasks.length === 0) return false
    while (this.#microtasks.length > 0) {
      const turns = this.#microtasks
      this.#microtasks = []
      for (const { owner, task } of turns) execute(owner, task, true)
    }
    return true
  }
}

import type { TaskState } from '../../../mesos/index.ts'
import type { Errand } from '../fleet/index.ts'

/** What a framework has written down where its schedulers find it again, whichever of them is killed. */
export interface ErrandStore {
  frameworkId: string | undefined
  waiting: readonly Errand[]
  launched: number
  /** Task id → what it is for; until its end is known. */
  readonly running: Map<string, Errand>
  /** Task id → the last that was heard of it. */
  readonly states: Map<string, TaskState>
  /** Errands that are done. */
  readonly done: Set<string>
}

export function emptyStore(errands: readonly Errand[]): ErrandStore {
  return {
    frameworkId: undefined,
    waiting: errands,
    launched: 0,
    running: new Map(),
    states: new Map(),
    done: new Set(),
  }
}

/** Tasks that were launched and that nobody has spoken of since are waited for, by this. */
export function isOver(store: ErrandStore): boolean {
  return store.waiting.length === 0 && store.running.size === 0
}

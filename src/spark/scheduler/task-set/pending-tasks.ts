import type { TaskLocation } from './locations.ts'

/**
 * Tasks that wait for a slot, by where they are best run. A task stands in several lists; those it has left are taken out
 * when they are come across. The next one of a list is its last.
 *
 * @see PendingTasksByLocality in Spark
 */
export class PendingTasks {
  /** executor → tasks */
  readonly #ofExecutor = new Map<string, number[]>()
  /** host → tasks */
  readonly #ofHost = new Map<string, number[]>()
  readonly #withoutPreference: number[] = []
  readonly #all: number[] = []
  readonly #isPending: (task: number) => boolean

  constructor(isPending: (task: number) => boolean) {
    this.#isPending = isPending
  }

  add(task: number, locations: readonly TaskLocation[]): void {
    for (const { host, executorId } of locations) {
      if (executorId !== undefined) push(this.#ofExecutor, executorId, task)
      push(this.#ofHost, host, task)
    }
    if (locations.length === 0) this.#withoutPreference.push(task)
    this.#all.push(task)
  }

  takeOfExecutor(executorId: string, canRun: (task: number) => boolean): number | undefined {
    return this.#take(this.#ofExecutor.get(executorId), canRun)
  }

  takeOfHost(host: string, canRun: (task: number) => boolean): number | undefined {
    return this.#take(this.#ofHost.get(host), canRun)
  }

  takeWithoutPreference(canRun: (task: number) => boolean): number | undefined {
    return this.#take(this.#withoutPreference, canRun)
  }

  takeAny(canRun: (task: number) => boolean): number | undefined {
    return this.#take(this.#all, canRun)
  }

  /** Whether a task is best run on one of these executors. */
  hasOfExecutors(alive: ReadonlyMap<string, string>): boolean {
    for (const [executorId, tasks] of this.#ofExecutor)
      if (alive.has(executorId) && this.#hasSome(tasks)) return true
    return false
  }

  /** Whether a task is best run on one of these hosts. */
  hasOfHosts(alive: ReadonlyMap<string, string>): boolean {
    if (this.#ofHost.size === 0) return false
    const hosts = new Set(alive.values())
    for (const [host, tasks] of this.#ofHost)
      if (hosts.has(host) && this.#hasSome(tasks)) return true
    return false
  }

  hasWithoutPreference(): boolean {
    return this.#hasSome(this.#withoutPreference)
  }

  #hasSome(tasks: number[]): boolean {
    for (let last = tasks.at(-1); last !== undefined; last = tasks.at(-1)) {
      if (this.#isPending(last)) return true
      tasks.pop()
    }
    return false
  }

  #take(tasks: number[] | undefined, canRun: (task: number) => boolean): number | undefined {
    if (tasks === undefined) return undefined
    for (let at = tasks.length - 1; at >= 0; at -= 1) {
      const task = tasks[at] as number
      const isPending = this.#isPending(task)
      if (isPending && !canRun(task)) continue
      if (at === tasks.length - 1) tasks.pop()
      else tasks.splice(at, 1)
      if (isPending) return task
    }
    return undefined
  }
}

function push(lists: Map<string, number[]>, key: string, task: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [task])
  else list.push(task)
}

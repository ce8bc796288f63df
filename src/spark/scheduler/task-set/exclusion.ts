import type { ExecutorFailures } from '../executor-registry/health.ts'
import type { ExclusionSettings } from './settings.ts'

/** What an executor or a host is kept from. */
export type Excluded =
  | { readonly what: 'executor'; readonly executorId: string; readonly failures: number }
  | { readonly what: 'node'; readonly host: string; readonly executors: number }

/**
 * Where the tasks of one set have failed, and where they are therefore not run: one task on an executor or a host where it has
 * failed too often itself, the whole set where too many of its tasks have.
 *
 * @see TaskSetExcludelist.scala in Spark
 */
export class ExclusionBook {
  readonly #settings: ExclusionSettings
  /** task → executor → failures */
  readonly #ofTask = new Map<number, Map<string, number>>()
  /** executor → tasks that have failed there */
  readonly #ofExecutor = new Map<string, Set<number>>()
  readonly #hosts = new Map<string, string>()
  readonly #excludedExecutors = new Set<string>()
  readonly #excludedHosts = new Set<string>()

  constructor(settings: ExclusionSettings) {
    this.#settings = settings
  }

  /** A task has failed somewhere; answers what is kept from the whole set from now on. */
  failed(task: number, executorId: string, host: string): Excluded[] {
    this.#hosts.set(executorId, host)
    const byExecutor = this.#ofTask.get(task) ?? new Map<string, number>()
    this.#ofTask.set(task, byExecutor)
    byExecutor.set(executorId, (byExecutor.get(executorId) ?? 0) + 1)
    const tasks = this.#ofExecutor.get(executorId) ?? new Set<number>()
    this.#ofExecutor.set(executorId, tasks.add(task))
    const { maxFailedTasksPerExecutor, maxFailedExecutorsPerNode } = this.#settings
    const isNew = !this.#excludedExecutors.has(executorId)
    if (tasks.size < maxFailedTasksPerExecutor || !isNew) return []
    this.#excludedExecutors.add(executorId)
    const excluded: Excluded[] = [{ what: 'executor', executorId, failures: tasks.size }]
    const executors = this.#excludedOn(host)
    if (executors >= maxFailedExecutorsPerNode && !this.#excludedHosts.has(host)) {
      this.#excludedHosts.add(host)
      excluded.push({ what: 'node', host, executors })
    }
    return excluded
  }

  /** Where tasks have failed. */
  failures(): ExecutorFailures[] {
    return [...this.#ofExecutor].map(([executorId, tasks]) => ({
      executorId,
      host: this.#hosts.get(executorId) ?? '',
      tasks: [...tasks],
    }))
  }

  /** Why a task may not run there; undefined when it may. */
  whyNot(task: number, executorId: string, host: string): string | undefined {
    if (this.#excludedHosts.has(host)) return `too many executors of host ${host} have failed`
    if (this.#excludedExecutors.has(executorId))
      return `too many tasks of the stage have failed on executor ${executorId}`
    const failures = this.#ofTask.get(task)
    if (failures === undefined) return undefined
    const { maxTaskAttemptsPerExecutor, maxTaskAttemptsPerNode } = this.#settings
    if ((failures.get(executorId) ?? 0) >= maxTaskAttemptsPerExecutor)
      return `the task has failed on executor ${executorId}`
    let onHost = 0
    for (const [failedOn] of failures) if (this.#hosts.get(failedOn) === host) onHost += 1
    return onHost >= maxTaskAttemptsPerNode ? `the task has failed on host ${host}` : undefined
  }

  #excludedOn(host: string): number {
    let count = 0
    for (const executorId of this.#excludedExecutors)
      if (this.#hosts.get(executorId) === host) count += 1
    return count
  }
}

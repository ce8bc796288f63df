import type { Log } from '../../platform/index.ts'
import type { SchedulerBackend } from '../backend/index.ts'
import { invalidArgument } from '../errors.ts'
import type { SparkEvent } from '../events/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/**
 * What a program itself asks of its backend: more executors, fewer, or the end of some. Its wish stands until another is made; dynamic
 * allocation makes its own.
 *
 * @see CoarseGrainedSchedulerBackend.requestExecutors, .requestTotalExecutors, .killExecutors in Spark
 */
export class ExecutorRequests {
  readonly #backend: SchedulerBackend
  readonly #isDynamic: boolean
  readonly #log: Log
  readonly #running = new Set<string>()
  /** As it was wished last. */
  #target: number | undefined

  constructor(backend: SchedulerBackend, conf: SparkConf, log: Log) {
    this.#backend = backend
    this.#isDynamic = confValue(conf, 'spark.dynamicAllocation.enabled')
    this.#log = log
  }

  /** Told of all that happens. */
  readonly listener = (event: SparkEvent): void => {
    if (event.type === 'executor-added') this.#running.add(event.executorId)
    if (event.type === 'executor-removed') this.#running.delete(event.executorId)
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  requestMore(count: number): boolean {
    const more = checked('requestExecutors', count)
    return this.#request((this.#target ?? this.#running.size) + more)
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  requestTotal(count: number): boolean {
    return this.#request(checked('requestTotalExecutors', count))
  }

  /** Ends executors, which are not replaced. @throws TROUPE_SPARK_ARGUMENT_INVALID with dynamic allocation */
  kill(executorIds: readonly string[]): boolean {
    if (this.#isDynamic) {
      const accepted = 'false for sc.killExecutors: dynamic allocation decides how many there are'
      throw invalidArgument('spark.dynamicAllocation.enabled', true, accepted)
    }
    const known = [...new Set(executorIds)].filter((id) => this.#running.has(id))
    const left = Math.max(0, (this.#target ?? this.#running.size) - known.length)
    if (!this.#request(left)) return false
    for (const executorId of known) this.#backend.killExecutor(executorId)
    return known.length > 0
  }

  /** Ends one executor; another may come in its place. */
  replace(executorId: string): void {
    this.#backend.killExecutor(executorId)
  }

  #request(total: number): boolean {
    if (this.#backend.requestTotalExecutors === undefined) {
      this.#log.write(
        'warn',
        'this master has a fixed number of executors: none is asked for or ended',
      )
      return false
    }
    this.#target = total
    this.#backend.requestTotalExecutors(total)
    return true
  }
}

function checked(what: string, count: number): number {
  if (Number.isInteger(count) && count >= 0) return count
  throw invalidArgument(what, count, 'a number of executors of 0 or more')
}

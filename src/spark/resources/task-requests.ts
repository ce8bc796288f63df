import { invalidArgument } from '../errors.ts'
import { countOf, nameOf } from './amounts.ts'

/** What a task takes of one resource. */
export class TaskResourceRequest {
  readonly resourceName: string
  /** A whole number; or, of what tasks can share, 0.5 at most. */
  readonly amount: number

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  constructor(resourceName: string, amount: number) {
    if (!(amount > 0 && (amount <= 0.5 || Number.isSafeInteger(amount)))) {
      const where = `TaskResourceRequest of ${resourceName}`
      throw invalidArgument(where, amount, 'more than 0: 0.5 at most, or a whole number')
    }
    this.resourceName = resourceName
    this.amount = amount
  }

  toString(): string {
    return `name: ${this.resourceName}, amount: ${this.amount}`
  }
}

/**
 * What each task takes. Each call replaces what was said of the same resource before.
 *
 * @see TaskResourceRequests.scala in Spark
 */
export class TaskResourceRequests {
  readonly #requests = new Map<string, TaskResourceRequest>()

  /** By name: `cpus`, or one of the user's own. */
  get requests(): ReadonlyMap<string, TaskResourceRequest> {
    return new Map(this.#requests)
  }

  /** Cores of its executor. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  cpus(amount: number): this {
    return this.#set(CPUS, countOf('TaskResourceRequests.cpus', amount))
  }

  /** Another resource, such as `gpu`: no master gives any yet, and a profile with one is refused. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  resource(resourceName: string, amount: number): this {
    return this.#set(nameOf('TaskResourceRequests.resource', resourceName), amount)
  }

  toString(): string {
    return `Task resource requests: ${[...this.#requests.values()].join('; ')}`
  }

  #set(name: string, amount: number): this {
    this.#requests.set(name, new TaskResourceRequest(name, amount))
    return this
  }
}

export const CPUS = 'cpus'

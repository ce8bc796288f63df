import { countOf, mebibytesOf, nameOf } from './amounts.ts'

/** What an executor is to have of one resource. */
export class ExecutorResourceRequest {
  readonly resourceName: string
  /** Cores; MiB of memory; or so many of it. */
  readonly amount: number
  /** The program that finds what there is of it; empty where none is needed. */
  readonly discoveryScript: string
  readonly vendor: string

  constructor(resourceName: string, amount: number, discoveryScript = '', vendor = '') {
    this.resourceName = resourceName
    this.amount = amount
    this.discoveryScript = discoveryScript
    this.vendor = vendor
  }

  toString(): string {
    const { resourceName, amount, discoveryScript, vendor } = this
    return `name: ${resourceName}, amount: ${amount}, script: ${discoveryScript}, vendor: ${vendor}`
  }
}

/**
 * What executors are to have. Each call replaces what was said of the same resource before.
 *
 * @see ExecutorResourceRequests.scala in Spark
 */
export class ExecutorResourceRequests {
  readonly #requests = new Map<string, ExecutorResourceRequest>()

  /** By name: `cores`, `memory`, `memoryOverhead`, `offHeap`, or one of the user's own. */
  get requests(): ReadonlyMap<string, ExecutorResourceRequest> {
    return new Map(this.#requests)
  }

  /** Cores, hence task threads. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  cores(amount: number): this {
    return this.#set(CORES, countOf('ExecutorResourceRequests.cores', amount))
  }

  /** Heap: `2g`, `512m`, or a number of MiB. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  memory(amount: string | number): this {
    return this.#set(MEMORY, mebibytesOf('ExecutorResourceRequests.memory', amount))
  }

  /** Memory outside of the heap; taken where `spark.memory.offHeap.enabled`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  offHeapMemory(amount: string | number): this {
    return this.#set(OFF_HEAP, mebibytesOf('ExecutorResourceRequests.offHeapMemory', amount))
  }

  /** What its process needs besides; masters that give executors a heap and nothing else leave it aside. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  memoryOverhead(amount: string | number): this {
    return this.#set(OVERHEAD, mebibytesOf('ExecutorResourceRequests.memoryOverhead', amount))
  }

  /** Another resource, such as `gpu`: no master gives any yet, and a profile with one is refused. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  resource(resourceName: string, amount: number, discoveryScript = '', vendor = ''): this {
    const where = 'ExecutorResourceRequests.resource'
    const name = nameOf(where, resourceName)
    return this.#set(name, countOf(`${where} ${name}`, amount), discoveryScript, vendor)
  }

  toString(): string {
    return `Executor resource requests: ${[...this.#requests.values()].join('; ')}`
  }

  #set(name: string, amount: number, discoveryScript?: string, vendor?: string): this {
    this.#requests.set(name, new ExecutorResourceRequest(name, amount, discoveryScript, vendor))
    return this
  }
}

export const CORES = 'cores'
export const MEMORY = 'memory'
export const OFF_HEAP = 'offHeap'
export const OVERHEAD = 'memoryOverhead'

/** How much of what is over is remembered. */
export interface StatusLimits {
  /** `spark.ui.retainedJobs` */
  readonly jobs: number
  /** `spark.ui.retainedStages`: attempts of stages. */
  readonly stages: number
  /** `spark.ui.retainedTasks`: tries of tasks, of all stages together. */
  readonly tasks: number
  /** `spark.ui.retainedDeadExecutors` */
  readonly deadExecutors: number
}

export const DEFAULT_STATUS_LIMITS: StatusLimits = {
  jobs: 1000,
  stages: 1000,
  tasks: 100_000,
  deadExecutors: 100,
}

/** What is over, the oldest first. Adding and taking are O(1), amortised. */
export class Oldest<T> {
  #items: (T | undefined)[] = []
  #head = 0

  add(item: T): void {
    this.#items.push(item)
  }

  take(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head += 1
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

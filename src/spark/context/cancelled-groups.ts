/** The groups of jobs that were cancelled with all jobs to come: the last ones, a bounded number of them. */
export class CancelledGroups {
  readonly #most: number
  /** In the order in which they were cancelled, the last one behind. */
  readonly #groups = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  add(groupId: string): void {
    this.#groups.delete(groupId)
    this.#groups.add(groupId)
    const [oldest] = this.#groups
    if (this.#groups.size > this.#most && oldest !== undefined) this.#groups.delete(oldest)
  }

  has(groupId: string): boolean {
    return this.#groups.has(groupId)
  }
}

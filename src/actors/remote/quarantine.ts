/** Lost incarnations that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 10_000

/** Incarnations that were given up, and why: they are refused for ever, since others have taken their place. */
export class Quarantine {
  readonly #reasons: Map<string, string> = new Map()

  add(node: string, reason: string): void {
    this.#reasons.set(node, reason)
    if (this.#reasons.size <= MAX_REMEMBERED) return
    for (const oldest of this.#reasons.keys()) {
      this.#reasons.delete(oldest)
      return
    }
  }

  /** Undefined for a node that is welcome. */
  reason(node: string): string | undefined {
    return this.#reasons.get(node)
  }
}

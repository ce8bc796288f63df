/** Where masters of a cluster may be: those that were named, and those of which a master has told. */
export class KnownMasters {
  readonly #named: readonly string[]
  #told: readonly string[] = []

  /** @param named `host:port` of each */
  constructor(named: readonly string[]) {
    this.#named = named
  }

  /** Those that were named first. */
  get addresses(): readonly string[] {
    return [...new Set([...this.#named, ...this.#told])]
  }

  /** These are all that there are, a master says. */
  learn(masters: readonly string[]): void {
    this.#told = masters
  }
}

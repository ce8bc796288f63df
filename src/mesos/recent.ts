interface Link<T> {
  readonly item: T
  readonly before: Link<T> | undefined
}

/**
 * The newest of a sequence that goes on, immutable: one more costs the same whatever is kept, and versions share what
 * they have in common. Holds at most a quarter more than are wanted, and one; only those are shown.
 */
export class Recent<T> {
  readonly #newest: Link<T> | undefined
  readonly #held: number

  private constructor(newest: Link<T> | undefined, held: number) {
    this.#newest = newest
    this.#held = held
  }

  static none<T>(): Recent<T> {
    return new Recent<T>(undefined, 0)
  }

  /** With `item` as the newest, of which `most` are wanted. */
  with(item: T, most: number): Recent<T> {
    if (most <= 0) return Recent.none()
    if (this.#held <= 1.25 * most) return this.#and(item)
    return this.newest(most - 1)
      .reduce<Recent<T>>((kept, one) => kept.#and(one), Recent.none())
      .#and(item)
  }

  /** The newest `most` of them, the oldest first. */
  newest(most: number): readonly T[] {
    const items: T[] = []
    let link = this.#newest
    while (link !== undefined && items.length < most) {
      items.push(link.item)
      link = link.before
    }
    return items.reverse()
  }

  #and(item: T): Recent<T> {
    return new Recent({ item, before: this.#newest }, this.#held + 1)
  }
}

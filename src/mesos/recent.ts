interface Link<T> {
  readonly item: T
  readonly before: Link<T> | undefined
}

/**
 * The newest of a sequence that goes on, immutable: one more costs the same whatever is kept, and versions share what
 * they have in common. Holds at most a quarter more than are wanted, and a few; only those are shown.
 */
export class Recent<T> {
  /** The items are in parts, which are dropped as a whole: nothing that is kept is copied. */
  readonly #newest: Link<T> | undefined
  readonly #held: number
  /** The newest first, each in the order of `Link`. */
  readonly #older: readonly Link<T>[]

  private constructor(newest: Link<T> | undefined, held: number, older: readonly Link<T>[]) {
    this.#newest = newest
    this.#held = held
    this.#older = older
  }

  static none<T>(): Recent<T> {
    return new Recent<T>(undefined, 0, [])
  }

  /** With `item` as the newest, of which `most` are wanted. */
  with(item: T, most: number): Recent<T> {
    if (most <= 0) return Recent.none()
    const part = Math.ceil(most / 4)
    if (this.#newest === undefined || this.#held < part) {
      return new Recent({ item, before: this.#newest }, this.#held + 1, this.#older)
    }
    const older = [this.#newest, ...this.#older].slice(0, Math.ceil((most - 1) / part))
    return new Recent({ item, before: undefined }, 1, older)
  }

  /** The newest `most` of them, the oldest first. */
  newest(most: number): readonly T[] {
    const items: T[] = []
    for (const part of [this.#newest, ...this.#older]) {
      let link = part
      while (link !== undefined && items.length < most) {
        items.push(link.item)
        link = link.before
      }
    }
    return items.reverse()
  }
}

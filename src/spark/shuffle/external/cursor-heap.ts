/** Cursors with the first of them on top; those that compare equal are to be told apart by `isBefore`. */
export class CursorHeap<C> {
  readonly #cursors: C[] = []
  readonly #isBefore: (a: C, b: C) => boolean

  constructor(isBefore: (a: C, b: C) => boolean) {
    this.#isBefore = isBefore
  }

  get top(): C | undefined {
    return this.#cursors[0]
  }

  get size(): number {
    return this.#cursors.length
  }

  push(cursor: C): void {
    const cursors = this.#cursors
    let at = cursors.push(cursor) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.#isBefore(cursor, cursors[up] as C)) break
      cursors[at] = cursors[up] as C
      at = up
    }
    cursors[at] = cursor
  }

  /** The top one stands elsewhere now. */
  topMoved(): void {
    this.#sink(this.#cursors[0] as C)
  }

  removeTop(): void {
    const last = this.#cursors.pop() as C
    if (this.#cursors.length > 0) this.#sink(last)
  }

  #sink(cursor: C): void {
    const cursors = this.#cursors
    const { length } = cursors
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= length) break
      if (down + 1 < length && this.#isBefore(cursors[down + 1] as C, cursors[down] as C)) down += 1
      if (!this.#isBefore(cursors[down] as C, cursor)) break
      cursors[at] = cursors[down] as C
      at = down
    }
    cursors[at] = cursor
  }
}

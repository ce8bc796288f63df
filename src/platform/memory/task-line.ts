/** First in, first out; taking costs nothing, however long the line. */
export class TaskLine<T> {
  #in: T[] = []
  #out: T[] = []

  get size(): number {
    return this.#in.length + this.#out.length
  }

  push(item: T): void {
    this.#in.push(item)
  }

  shift(): T | undefined {
    if (this.#out.length === 0) {
      if (this.#in.length === 0) return undefined
      // Reversed, so that taking the next one is a pop.
      this.#out = this.#in.reverse()
      this.#in = []
    }
    return this.#out.pop()
  }
}

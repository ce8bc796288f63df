interface Stoppable {
  readonly isStopped: boolean
}

/** The context of this process that was made last. */
export class ActiveContext<Context extends Stoppable> {
  #context: Context | undefined
  #ready: Promise<unknown> = Promise.resolve()
  #making: Promise<Context> | undefined

  /** @param ready resolves when it has started */
  set(context: Context, ready: Promise<unknown>): void {
    this.#context = context
    this.#ready = ready
  }

  /** Undefined when it was stopped, and when there is none. */
  get(): Context | undefined {
    return this.#context?.isStopped === false ? this.#context : undefined
  }

  /** The context once it has started, or what `make` makes; several that ask at once have one made. */
  async getOrCreate(make: () => Promise<Context>): Promise<Context> {
    if (this.#making !== undefined) return this.#making
    const found = this.get()
    if (found !== undefined) {
      await this.#ready
      return found
    }
    this.#making = make()
    try {
      return await this.#making
    } finally {
      this.#making = undefined
    }
  }
}

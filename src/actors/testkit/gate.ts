/**
 * Holds handlers up until a test lets them go, in place of a sleep. A handler awaits `pass()`; the test
 * looks at `waiting`, then calls `open()` (all, and all to come) or `release(n)`.
 */
export class Gate {
  #waiting: { readonly go: () => void; readonly fail: (error: unknown) => void }[] = []
  #isOpen = false
  #passed = 0

  /** Resolves when the gate is open or releases this caller; rejects if it is broken. */
  pass(): Promise<void> {
    if (this.#isOpen) {
      this.#passed++
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        go: () => {
          this.#passed++
          resolve()
        },
        fail: reject,
      })
    })
  }

  /** How many callers of `pass` are held up. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** How many callers of `pass` have been let through. */
  get passed(): number {
    return this.#passed
  }

  /** Lets everybody through, now and later. */
  open(): void {
    this.#isOpen = true
    this.release(this.#waiting.length)
  }

  /** Holds later callers up again. */
  close(): void {
    this.#isOpen = false
  }

  /** Lets the first `count` waiting callers through; the gate stays closed. */
  release(count = 1): void {
    for (const waiter of this.#waiting.splice(0, count)) waiter.go()
  }

  /** Rejects everybody who waits; the gate stays closed. */
  break(error: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.fail(error)
  }
}

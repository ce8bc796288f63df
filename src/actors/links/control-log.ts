/** One numbered message of the runtime itself: its number, then its words. */
export type ControlEntry = readonly [number: number, kind: string, ...words: unknown[]]

/**
 * Control messages that the other side has not acknowledged, oldest first. A message is handed to
 * connections until it is acknowledged; the receiver tells copies by their numbers.
 */
export class ControlLog {
  #entries: ControlEntry[] = []
  /** Number of the first entry that was not forgotten; entries before it are acknowledged. */
  #first = 1
  #lastNumber = 0
  #sentUpTo = 0

  add(kind: string, words: readonly unknown[]): ControlEntry {
    const entry: ControlEntry = [++this.#lastNumber, kind, ...words]
    this.#entries.push(entry)
    return entry
  }

  sent(entry: ControlEntry): void {
    if (entry[0] > this.#sentUpTo) this.#sentUpTo = entry[0]
  }

  /** False if `number` was never given: the other side talks of something else. */
  acknowledge(number: number): boolean {
    if (number > this.#sentUpTo) return false
    const count = number - this.#first + 1
    if (count > 0) {
      this.#entries.splice(0, count)
      this.#first += count
    }
    return true
  }

  /** Entries up to this one were given to some connection. */
  get sentUpTo(): number {
    return this.#sentUpTo
  }

  get size(): number {
    return this.#entries.length
  }

  /** What a new connection must carry once more: given to an earlier one, not acknowledged. */
  toResend(): readonly ControlEntry[] {
    return this.#entries.filter(([number]) => number <= this.#sentUpTo)
  }
}

/** Makes a control message that can't travel one that can: its number stays, and its kind if that still helps. */
export function disarm(entry: ControlEntry, words: readonly unknown[] | undefined): void {
  const open = entry as unknown as unknown[]
  open.length = 2
  if (words === undefined) open[1] = 'nothing'
  else open.push(...words)
}

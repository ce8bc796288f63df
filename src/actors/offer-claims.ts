/** What has places to give: a mailbox, or a link's credit for one. */
export interface RoomSource {
  /**
   * A claim wants places: gets in line, or is served at once. One that stands in line already just wants more. With 0
   * places it is granted, at once, what can be spared of its `ahead`, perhaps nothing.
   */
  join(claim: Claim, places: number): void
  leave(claim: Claim): void
  /** Takes reserved places back. */
  release(places: number): void
  /** Puts a message in a place that was reserved for it. */
  deliver(message: unknown): void
}

/** Wants places of one {@link RoomSource}. */
export abstract class Claim {
  /** Set by the line it stands in. */
  line: ClaimLine | undefined = undefined
  previous: Claim | undefined = undefined
  next: Claim | undefined = undefined
  /** Places it waits for. */
  wanted = 0
  /** Places more that it could make use of soon; only given of plenty. */
  ahead = 0
  /** The size of its message, where that is known; its places are single ones then. */
  readonly sizeBytes: number = 0

  /** Places are reserved for it from now on. */
  abstract granted(places: number): void
  /** There will be no more places. */
  abstract ended(error: Error): void
}

/** Claims in the order in which they will be served. */
export class ClaimLine {
  first: Claim | undefined = undefined
  last: Claim | undefined = undefined
  /** How many stand in line, and how many places they want in all. */
  count = 0
  wanted = 0

  /** Adds to what a claim wants; it gets in line if it is in none. */
  want(claim: Claim, places: number): void {
    claim.wanted += places
    if (claim.line === undefined) this.#append(claim)
    else this.wanted += places
  }

  remove(claim: Claim): void {
    if (claim.line !== this) return
    const { previous, next } = claim
    if (previous === undefined) this.first = next
    else previous.next = next
    if (next === undefined) this.last = previous
    else next.previous = previous
    claim.line = undefined
    claim.previous = undefined
    claim.next = undefined
    this.count--
    this.wanted -= claim.wanted
  }

  /** Gives places to the claim in front. Satisfied it leaves the line, otherwise it goes to its end. */
  serve(claim: Claim, places: number): void {
    this.remove(claim)
    claim.wanted -= places
    if (claim.wanted > 0) this.#append(claim)
  }

  /** Ends every claim; nobody is in line any more. */
  end(error: () => Error): void {
    if (this.first === undefined) return
    const reason = error()
    while (this.first !== undefined) {
      const claim = this.first
      this.remove(claim)
      claim.wanted = 0
      claim.ended(reason)
    }
  }

  #append(claim: Claim): void {
    claim.line = this
    claim.previous = this.last
    if (this.last === undefined) this.first = claim
    else this.last.next = claim
    this.last = claim
    this.count++
    this.wanted += claim.wanted
  }
}

import type { AnyRef } from '../actor-ref.ts'
import { ClaimLine } from '../offer-claims.ts'
import { MAX_WAITING_OFFERS } from '../offer.ts'
import type { Claim } from '../offer-claims.ts'
import type { OfferTarget, PendingOffer } from '../offer.ts'
import type { SystemCore } from '../system-core.ts'
import type { Timer } from '../../platform/index.ts'
import type { LinkFlows } from './flows.ts'
import type { Lane } from './remote-ref.ts'

/** Places asked for beyond those that are waited for: at first, and at most. */
const FIRST_AHEAD = 2
const MOST_AHEAD = 1_024
/** Credit that lay idle this long goes back. */
const IDLE_MS = 1_000

/** The credit of this side for one actor of the other side, and who waits for it. */
export class OutFlow implements OfferTarget {
  readonly #flows: LinkFlows
  readonly number: number
  readonly lane: Lane
  readonly #ref: AnyRef
  readonly #line: ClaimLine = new ClaimLine()
  #credit = 0
  /** Places that were asked for because someone waits, and not granted yet. */
  #asked = 0
  #isAheadAsked = false
  #ahead = FIRST_AHEAD
  #idle: Timer | undefined
  #usedSince = false
  /** Used since some was asked for in advance: worth asking again. */
  #isInUse = false
  #error: (() => Error) | undefined

  constructor(flows: LinkFlows, number: number, lane: Lane, ref: AnyRef) {
    this.#flows = flows
    this.number = number
    this.lane = lane
    this.#ref = ref
  }

  get system(): SystemCore {
    return this.#flows.link.hub.core
  }

  get path(): string {
    return this.#ref.path
  }

  get ref(): AnyRef {
    return this.#ref
  }

  get credit(): number {
    return this.#credit
  }

  get waiting(): number {
    return this.#line.count
  }

  get isFull(): boolean {
    return this.#line.count >= MAX_WAITING_OFFERS || this.#flows.isFull
  }

  join(claim: Claim, places: number): void {
    if (this.#error !== undefined) {
      claim.wanted = 0
      claim.ended(this.#error())
      return
    }
    if (places === 0) {
      claim.granted(0)
      return
    }
    if (claim.line === undefined) this.#flows.waiting++
    this.#line.want(claim, places)
    this.#serve()
  }

  leave(claim: Claim): void {
    if (claim.line !== this.#line) return
    this.#line.remove(claim)
    this.#flows.waiting--
    claim.wanted = 0
  }

  release(places: number): void {
    this.#credit += places
    this.#serve()
  }

  deliver(message: unknown): void {
    this.#flows.post(this, message, undefined)
  }

  take(offer: PendingOffer): void {
    this.#flows.post(this, offer.message, offer)
  }

  recall(offer: PendingOffer): boolean {
    return this.#flows.recall(this, offer)
  }

  /** The other side has reserved places for us; none, if it has none to spare. */
  granted(places: number): void {
    this.#credit += places
    this.#asked = Math.max(0, this.#asked - places)
    this.#isAheadAsked = false
    this.#serve()
    this.#watchIdle()
  }

  /** The connection takes messages again. */
  goOn(): void {
    if (this.#line.first !== undefined) this.#serve()
  }

  end(error: () => Error): void {
    if (this.#error !== undefined) return
    this.#error = error
    this.#idle?.cancel()
    this.#credit = 0
    this.#flows.waiting -= this.#line.count
    this.#line.end(error)
  }

  #serve(): void {
    while (this.#credit > 0 && this.#flows.canTake(this.lane)) {
      const claim = this.#line.first
      if (claim === undefined) break
      const share = Math.max(1, Math.floor(this.#credit / this.#line.count))
      const places = Math.min(claim.wanted, share)
      this.#line.serve(claim, places)
      if (claim.wanted === 0) this.#flows.waiting--
      this.#credit -= places
      this.#usedSince = true
      this.#isInUse = true
      claim.granted(places)
    }
    this.#ask()
  }

  #ask(): void {
    if (this.#error !== undefined) return
    const lacking = this.#line.wanted - this.#credit
    if (lacking > 0) {
      // One word for many: while an answer is due, only a doubled need is worth another.
      if (this.#asked > 0 && lacking < 2 * this.#asked) return
      this.#flows.link.control('want', this.number, lacking - this.#asked, this.#ahead)
      this.#asked = lacking
      this.#ahead = Math.min(MOST_AHEAD, this.#ahead * 2)
    } else if (this.#isInUse && !this.#isAheadAsked && this.#credit < this.#ahead >> 2) {
      this.#isAheadAsked = true
      this.#isInUse = false
      this.#flows.link.control('want', this.number, 0, this.#ahead - this.#credit)
    }
  }

  #watchIdle(): void {
    if (this.#idle !== undefined || this.#credit === 0) return
    this.#usedSince = false
    this.#idle = this.system.clock.setTimer(
      IDLE_MS,
      () => {
        this.#idle = undefined
        if (!this.#usedSince && this.#line.first === undefined && this.#credit > 0) {
          this.#flows.link.control('yield', this.number, this.#credit)
          this.#credit = 0
          this.#ahead = FIRST_AHEAD
        } else this.#watchIdle()
      },
      { background: true },
    )
  }
}

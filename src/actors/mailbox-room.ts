import type { Cell } from './cell.ts'
import { SLOW_DOOR, STOPPED, STOPPING } from './cell.ts'
import { Entry } from './mailbox-entries.ts'
import { acceptReserved, putHalfway, userDepth } from './mailbox.ts'
import { ClaimLine } from './offer-claims.ts'
import type { Claim } from './offer-claims.ts'
import { offerEnded } from './offer-errors.ts'
import { MAX_WAITING_OFFERS } from './offer.ts'
import type { OfferTarget, PendingOffer } from './offer.ts'
import type { SystemCore } from './system-core.ts'

/** Stands in a mailbox: once it is reached, the messages before it have made room for those who wait. */
export class RoomEntry extends Entry {
  override readonly kind = 'room'
}

const roomEntry: RoomEntry = new RoomEntry()

/** Of what is still to come, this share of the bound in bytes is thought of as one message, until one has come. */
const FIRST_PLACE_SHARE = 8

/** The places of one mailbox: who waits for them, and which are reserved. Made for the first who has to wait. */
export class MailboxRoom implements OfferTarget {
  readonly #cell: Cell
  readonly #line: ClaimLine = new ClaimLine()
  #reserved = 0
  #isMarked = false
  #isServing = false
  /** What a message of unknown size counts with: the largest of late. */
  #placeBytes: number

  constructor(cell: Cell) {
    this.#cell = cell
    this.#placeBytes = Math.ceil((cell.options.capacityBytes ?? 0) / FIRST_PLACE_SHARE)
  }

  /** Places that tells must leave alone: reserved, or next for those who wait. */
  held = 0

  get isWaitedFor(): boolean {
    return this.#line.first !== undefined
  }

  /** Claims in line. */
  get waiting(): number {
    return this.#line.count
  }

  get isFull(): boolean {
    return this.#line.count >= MAX_WAITING_OFFERS
  }

  get reserved(): number {
    return this.#reserved
  }

  get system(): SystemCore {
    return this.#cell.system
  }

  get path(): string {
    return this.#cell.path
  }

  take(offer: PendingOffer): void {
    this.#put(offer.message, offer.sizeBytes)
    offer.accepted()
  }

  recall(): boolean {
    return false
  }

  join(claim: Claim, places: number): void {
    if ((this.#cell.status & (STOPPING | STOPPED)) !== 0) {
      claim.wanted = 0
      claim.ended(offerEnded(this.#cell.path))
      return
    }
    if (places === 0) {
      const free = this.#line.first === undefined ? this.#freePlaces(claim) : 0
      const ahead = this.#ahead(claim, free)
      this.#reserved += ahead
      claim.granted(ahead)
      this.#settle()
      return
    }
    this.#line.want(claim, places)
    this.#serve()
  }

  leave(claim: Claim): void {
    if (claim.line !== this.#line) return
    this.#line.remove(claim)
    claim.wanted = 0
    this.#serve()
  }

  release(places: number): void {
    this.#reserved -= Math.min(places, this.#reserved)
    this.#serve()
  }

  deliver(message: unknown): void {
    this.#put(message, undefined)
  }

  #put(message: unknown, knownBytes: number | undefined): void {
    if (this.#reserved > 0) this.#reserved--
    const { capacityBytes } = this.#cell.options
    const before = capacityBytes === undefined ? 0 : this.#cell.ext.queuedBytes
    acceptReserved(this.#cell, message, knownBytes)
    if (capacityBytes !== undefined) {
      const sizeBytes = this.#cell.ext.queuedBytes - before
      this.#placeBytes = Math.max(sizeBytes, this.#placeBytes - (this.#placeBytes >> 4), 1)
    }
    if (!this.#isServing) this.#settle()
  }

  /** The mark was reached: what stood before it is handled. */
  reached(): void {
    this.#isMarked = false
    this.#serve()
  }

  /** A message was taken out, and its handler takes its time. */
  suspended(): void {
    if (this.#line.first !== undefined) this.#serve()
  }

  /** The mailbox is closed for good. */
  close(): void {
    this.#reserved = 0
    this.#line.end(() => offerEnded(this.#cell.path))
  }

  #serve(): void {
    if (this.#isServing) return
    this.#isServing = true
    try {
      for (let claim = this.#line.first; claim !== undefined; claim = this.#line.first) {
        const free = this.#freePlaces(claim)
        if (free <= 0) break
        const share = Math.max(1, Math.floor(free / this.#line.count))
        const places = Math.min(claim.wanted, share)
        this.#line.serve(claim, places)
        const ahead = claim.wanted === 0 ? this.#ahead(claim, free - places) : 0
        this.#reserved += places + ahead
        claim.granted(places + ahead)
      }
    } finally {
      this.#isServing = false
    }
    this.#settle()
  }

  /** Nothing ahead of what fills the mailbox by half. */
  #ahead(claim: Claim, left: number): number {
    const half = Math.ceil(this.#cell.options.capacity / 2)
    return Math.max(0, Math.min(claim.ahead, left - half))
  }

  #freePlaces({ sizeBytes }: Claim): number {
    const { options } = this.#cell
    const places = options.capacity - userDepth(this.#cell) - this.#reserved
    const { capacityBytes } = options
    if (capacityBytes === undefined || places <= 0) return places
    const { queuedBytes } = this.#cell.ext
    const bytes = capacityBytes - queuedBytes - this.#reserved * this.#placeBytes
    if (sizeBytes > 0) return bytes >= sizeBytes ? 1 : 0
    // Whatever its size may be: an empty mailbox takes a message.
    if (queuedBytes === 0 && this.#reserved === 0) {
      return Math.max(1, Math.min(places, Math.floor(bytes / this.#placeBytes)))
    }
    return Math.min(places, Math.floor(bytes / this.#placeBytes))
  }

  /** After a change: tells see the room that is left to them, and those who still wait get a mark. */
  #settle(): void {
    const cell = this.#cell
    const { capacity } = cell.options
    this.held = Math.min(
      capacity,
      this.#reserved + Math.min(this.#line.wanted, Math.ceil(capacity / 2)),
    )
    if (cell.room !== SLOW_DOOR && (cell.status & (STOPPING | STOPPED)) === 0) {
      const ring = cell.buffer === undefined ? 0 : cell.mask + 1
      cell.room = Math.min(ring, capacity - this.held)
    }
    if (this.#line.first === undefined || this.#isMarked || userDepth(cell) === 0) return
    this.#isMarked = true
    putHalfway(cell, roomEntry)
  }
}

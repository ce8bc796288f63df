/**
 * Flow control: who waits for a place in a mailbox, and who gets the next one.
 *
 * An offer is a message that waits for its place; `tell` never does. Places are counted where the mailbox is, by its
 * {@link MailboxRoom}: within the bounds in messages and bytes, first come first served, each link in its turn. A
 * {@link Claim} asks for places: that of one offer, or that of a link for what its other side offers (see `links`). A
 * place that was granted is reserved until its message comes or it is given back; tells find the mailbox so much
 * smaller. What serves claims is a `RoomSource`: a mailbox here, or the credit of a link for a mailbox over there.
 */
import type { Timer } from '../platform/index.ts'
import { onAbort } from './abort.ts'
import { REMOTE, STOPPED, STOPPING, UNSTARTED } from './cell.ts'
import type { Cell } from './cell.ts'
import { measure } from './mailbox.ts'
import type { SystemCore } from './system-core.ts'
import { Claim } from './offer-claims.ts'
import type { RoomSource } from './offer-claims.ts'
import {
  checkTimeout,
  offerAborted,
  offerEnded,
  offerTimedOut,
  offerTooLarge,
  tooManyOffers,
} from './offer-errors.ts'
import { MailboxRoom } from './mailbox-room.ts'

/** Offers that wait for one actor on one side of a link. */
export const MAX_WAITING_OFFERS = 65_536

export interface OfferOptions {
  /** How long to wait for a place, in ms; for as long as it takes by default. */
  readonly timeoutMs?: number
  /** Ends the offer with `TROUPE_OFFER_ABORTED`. */
  readonly signal?: AbortSignal
}

/** Where offers wait. */
export interface OfferTarget extends RoomSource {
  readonly system: SystemCore
  readonly path: string
  /** Claims in line. */
  readonly waiting: number
  /** No more offers may wait. */
  readonly isFull: boolean
  /** Takes the message over, whose place is reserved; `accepted` or `reject` of the offer ends it. */
  take(offer: PendingOffer): void
  /** False if a message that was taken can't be had back. */
  recall(offer: PendingOffer): boolean
}

/** An offer that waits for its place. */
export class PendingOffer extends Claim {
  readonly message: unknown
  override readonly sizeBytes: number
  readonly #target: OfferTarget
  readonly #resolve: () => void
  readonly #reject: (error: Error) => void
  #timer: Timer | undefined = undefined
  #stopListening: (() => void) | undefined = undefined
  #isOver = false
  #isTaken = false

  constructor(
    target: OfferTarget,
    message: unknown,
    sizeBytes: number,
    resolve: () => void,
    reject: (error: Error) => void,
  ) {
    super()
    this.#target = target
    this.message = message
    this.sizeBytes = sizeBytes
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Makes an offer that may have to wait. */
  static make(
    target: OfferTarget,
    message: unknown,
    sizeBytes: number,
    options: OfferOptions | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (options?.timeoutMs !== undefined) checkTimeout(options.timeoutMs)
      if (options?.signal?.aborted === true) {
        reject(offerAborted(target.path, options.signal.reason))
        return
      }
      if (target.isFull) {
        reject(tooManyOffers(target.path, target.waiting))
        return
      }
      const offer = new PendingOffer(target, message, sizeBytes, resolve, reject)
      target.join(offer, 1)
      if (options !== undefined && !offer.#isOver) offer.#limit(options)
    })
  }

  override granted(): void {
    this.#isTaken = true
    this.#target.take(this)
  }

  override ended(error: Error): void {
    this.reject(error)
  }

  accepted(): void {
    if (this.#over()) this.#resolve()
  }

  reject(error: Error): void {
    if (this.#over()) this.#reject(error)
  }

  #limit({ timeoutMs, signal }: OfferOptions): void {
    const target = this.#target
    if (timeoutMs !== undefined) {
      this.#timer = target.system.clock.setTimer(timeoutMs, () => {
        this.#giveUp(() => offerTimedOut(target.path, timeoutMs))
      })
    }
    if (signal === undefined) return
    const abort = (): void => {
      this.#giveUp(() => offerAborted(target.path, signal.reason))
    }
    this.#stopListening = onAbort(signal, abort)
  }

  #giveUp(error: () => Error): void {
    if (this.#isOver) return
    if (!this.#isTaken) this.#target.leave(this)
    else if (!this.#target.recall(this)) return
    this.reject(error())
  }

  #over(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#timer?.cancel()
    this.#stopListening?.()
    return true
  }
}

const done: Promise<void> = Promise.resolve()

/** The places of a cell's mailbox. */
export function roomOf(cell: Cell): MailboxRoom {
  return (cell.ext.room ??= new MailboxRoom(cell))
}

/** Offers a message to an actor here, or to one behind a link whose place in the tree is here. */
export function offerCell(
  cell: Cell,
  message: unknown,
  options: OfferOptions | undefined,
): Promise<void> {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return Promise.reject(offerEnded(cell.path))
  if (cell.mode === REMOTE) {
    const body = cell.extension?.body
    if (body?.offer !== undefined) return body.offer(message, options)
    cell.tell(message)
    return done
  }
  const room = cell.extension?.room
  if (room?.isWaitedFor !== true && options?.signal?.aborted !== true && !mayHandOn(cell)) {
    const depth = (cell.tail - cell.head) | 0
    if (depth < cell.room) {
      cell.tell(message)
      return done
    }
  }
  return offerSlowly(cell, message, options)
}

/** A router must know what was offered: it waits with it. Whether an actor is one shows when it has started. */
function mayHandOn(cell: Cell): boolean {
  return cell.mode === UNSTARTED || cell.extension?.handsOffersOn === true
}

function offerSlowly(
  cell: Cell,
  message: unknown,
  options: OfferOptions | undefined,
): Promise<void> {
  const { sizeOf, capacityBytes } = cell.options
  let sizeBytes = 0
  if (sizeOf !== undefined) {
    const measured = measure(cell, message, sizeOf)
    // Its receiver fails over it, which concerns no sender.
    if (measured === undefined) return done
    if (capacityBytes !== undefined && measured > capacityBytes) {
      return Promise.reject(offerTooLarge(cell.path, measured, capacityBytes))
    }
    sizeBytes = measured
  }
  return PendingOffer.make(roomOf(cell), message, sizeBytes, options)
}

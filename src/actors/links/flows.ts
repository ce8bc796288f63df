import type { AnyRef } from '../actor-ref.ts'
import { offerEnded, offerRefused } from '../offer-errors.ts'
import type { PendingOffer } from '../offer.ts'
import { Cell } from '../cell.ts'
import { meetFate } from '../mailbox.ts'
import { InFlow } from './in-flow.ts'
import type { Link } from './link.ts'
import type { Batch } from './outbox.ts'
import { OutFlow } from './out-flow.ts'
import type { Lane, RemoteRef } from './remote-ref.ts'
import { roomSource } from './room-sources.ts'

/** How an offered message is addressed: the actor's number, and that of the offer on its lane, rising. */
export type OfferAddress = readonly [to: number, offer: number]

/** A message whose place is reserved, from its way into the outbox to its acknowledgement. */
interface Offered {
  readonly address: OfferAddress
  readonly flow: OutFlow
  readonly message: unknown
  /** None for what was offered to the other link of a proxy. */
  offer: PendingOffer | undefined
  /** Its count among the messages of its lane, as sent last. */
  sentAs: number
  /** The last control message that was sent before it. */
  after: number
}

/** Flow control of one link: credit for actors of the other side, places granted here, offers on their way. */
export class LinkFlows {
  readonly link: Link
  /** Claims in line for credit of this link. */
  waiting = 0
  readonly #out: Map<number, OutFlow> = new Map()
  readonly #in: Map<number, InFlow> = new Map()
  /** In an outbox. */
  readonly #posted: Map<OfferAddress, Offered> = new Map()
  /** Given to a connection, in order, and not acknowledged: sent again if it breaks. */
  readonly #unacknowledged: Record<Lane, Offered[]> = { messages: [], bulk: [] }
  readonly #lastGiven: Record<Lane, number> = { messages: 0, bulk: 0 }
  readonly #lastHeard: Record<Lane, number> = { messages: 0, bulk: 0 }
  /** Messages sent once more. */
  resent = 0

  constructor(link: Link) {
    this.link = link
  }

  // — this side offers —

  get isFull(): boolean {
    return this.waiting >= this.link.limits.maxQueuedMessages
  }

  /** The credit for an actor of the other side. */
  out(number: number, lane: Lane, ref: AnyRef): OutFlow {
    let flow = this.#out.get(number)
    if (flow === undefined) {
      flow = new OutFlow(this, number, this.link.laneFor(lane), ref)
      const { lostWith } = this.link
      if (lostWith === undefined) this.#out.set(number, flow)
      else flow.end(() => lostWith)
    }
    return flow
  }

  granted(number: number, places: number): void {
    this.#out.get(number)?.granted(places)
  }

  denied(number: number, reason: string): void {
    const flow = this.#out.get(number)
    const path = flow?.path ?? ''
    this.endOut(number, () =>
      reason === 'stopped' ? offerEnded(path) : offerRefused(path, reason),
    )
  }

  /** The actor has ended, or this side won't offer to it any more. */
  endOut(number: number, error: () => Error): void {
    const flow = this.#out.get(number)
    this.#out.delete(number)
    flow?.end(error)
  }

  canTake(lane: Lane): boolean {
    return this.link.canSend(lane)
  }

  /** A connection takes messages (again). */
  goOn(): void {
    if (this.waiting === 0) return
    for (const flow of [...this.#out.values()]) flow.goOn()
  }

  /** Sends a message whose place is reserved. */
  post(flow: OutFlow, message: unknown, offer: PendingOffer | undefined): void {
    const { link } = this
    const { core } = link.hub
    if (link.lostWith !== undefined) {
      offer?.reject(link.lostWith)
      if (offer !== undefined) return
      core.ledger.sent++
      core.deadLetter(message, flow.ref, 'link-lost')
      return
    }
    const fate =
      offer === undefined ? 'deliver' : (core.interceptor?.(flow.ref, message) ?? 'deliver')
    if (fate !== 'deliver') {
      // From here on it goes as a message that was told.
      if (flow.ref instanceof Cell) meetFate(flow.ref, message, undefined, fate)
      else link.meetFate(flow.ref as RemoteRef, message, fate)
      offer?.accepted()
      flow.release(1)
      return
    }
    core.ledger.sent++
    core.forwarded(message, 1)
    const address: OfferAddress = [flow.number, ++this.#lastGiven[flow.lane]]
    this.#posted.set(address, { address, flow, message, offer, sentAs: 0, after: 0 })
    link.postOffered(flow.lane, address, message)
  }

  /** Takes an offered message back that has not left yet. */
  recall(flow: OutFlow, offer: PendingOffer): boolean {
    for (const offered of this.#posted.values()) {
      if (offered.offer !== offer) continue
      if (!this.link.withdraw(flow.lane, offered.address)) return false
      this.#unsent(offered)
      return true
    }
    return false
  }

  /** It was given to a connection, as the lane's message number `sentAs`. */
  sent(address: OfferAddress, sentAs: number, after: number): void {
    const offered = this.#posted.get(address)
    // On its way once more; it waits for its acknowledgement already.
    if (offered === undefined) return
    this.#posted.delete(address)
    offered.sentAs = sentAs
    offered.after = after
    this.#unacknowledged[offered.flow.lane].push(offered)
    offered.offer?.accepted()
    offered.offer = undefined
  }

  /** It can't travel, or not any more. True if its sender has been told, and it counts as never sent. */
  refused(address: OfferAddress, error: Error): boolean {
    const offered = this.#posted.get(address)
    if (offered === undefined) return false
    const { offer } = offered
    if (offer === undefined) {
      this.#posted.delete(address)
      offered.flow.release(1)
      return false
    }
    this.#unsent(offered)
    offer.reject(error)
    return true
  }

  /** The other side has got that many messages of a lane, those that were lost counted in. */
  acknowledged(lane: Lane, count: number): void {
    const list = this.#unacknowledged[lane]
    let done = 0
    while (done < list.length && (list[done] as Offered).sentAs <= count) done++
    if (done > 0) list.splice(0, done)
  }

  /** The other side tells what it has got, beside what was lost with connections. */
  heard(got: Readonly<Record<Lane, number>>, lost: Readonly<Record<Lane, number>>): void {
    for (const lane of ['messages', 'bulk'] as const) {
      this.acknowledged(lane, got[lane] + lost[lane])
    }
    this.goOn()
  }

  /**
   * A new connection: what the last one lost goes first, in its order among the control messages of `controls`.
   * `sentBefore` messages of the lane were sent so far.
   */
  resend(
    lane: Lane,
    sentBefore: number,
    controls: readonly (readonly [number, ...unknown[]])[],
  ): Batch {
    const lost = this.#unacknowledged[lane]
    const batch: Batch = []
    let at = 0
    const addLost = (until: number): void => {
      for (let next = lost[at]; next !== undefined && next.after < until; next = lost[at]) {
        at++
        next.sentAs = sentBefore + at
        batch.push(next.address, next.message)
      }
    }
    for (const control of controls) {
      addLost(control[0])
      batch.push(0, control)
    }
    addLost(Number.POSITIVE_INFINITY)
    this.resent += at
    return batch
  }

  /** Whether a broken connection may have lost offers. */
  hasUnacknowledged(lane: Lane): boolean {
    return this.#unacknowledged[lane].length > 0
  }

  // — the other side offers —

  /** The other side wants places of an actor here. */
  wanted(number: number, needed: number, ahead: number): void {
    const flow = this.#in.get(number) ?? this.#openIn(number, needed, ahead)
    flow?.want(needed, ahead)
  }

  yielded(number: number, places: number): void {
    this.#in.get(number)?.yielded(places)
  }

  /** Whether an offered message has not come before. */
  isNew(lane: Lane, offer: number): boolean {
    if (offer <= this.#lastHeard[lane]) return false
    this.#lastHeard[lane] = offer
    return true
  }

  /** Puts an offered message in the place reserved for it; false if there is none. */
  deliver(number: number, message: unknown): boolean {
    const flow = this.#in.get(number)
    if (flow === undefined || flow.reserved === 0) return false
    flow.deliver(message)
    return true
  }

  /** An actor here that the other side could offer to has ended. */
  endIn(number: number): void {
    const flow = this.#in.get(number)
    if (flow === undefined) return
    this.#in.delete(number)
    flow.close()
  }

  // — the end —

  lose(error: Error): void {
    for (const number of [...this.#out.keys()]) this.endOut(number, () => error)
    for (const number of [...this.#in.keys()]) this.endIn(number)
    this.#posted.clear()
    this.#unacknowledged.messages = []
    this.#unacknowledged.bulk = []
  }

  #openIn(number: number, needed: number, ahead: number): InFlow | undefined {
    const { link } = this
    const source = roomSource(link, number)
    if (source === undefined) {
      if (number > 0) link.control('gone', number, 'stopped', undefined)
    } else if (source === 'not-proved') link.control('deny', number, source)
    else if (source === 'later') {
      link.children.far(-number)?.whenStarted(() => {
        this.wanted(number, needed, ahead)
      })
    } else {
      const flow = new InFlow(link, number, source)
      this.#in.set(number, flow)
      return flow
    }
    return undefined
  }

  /** Its offer ends without it: as if it had never been sent. */
  #unsent({ address, flow, message }: Offered): void {
    this.#posted.delete(address)
    const { core } = this.link.hub
    core.ledger.sent--
    core.forwarded(message, -1)
    flow.release(1)
  }
}

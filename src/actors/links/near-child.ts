import type { BehaviorOrigin } from '../behavior.ts'
import { ClaimLine } from '../offer-claims.ts'
import { MAX_WAITING_OFFERS, PendingOffer } from '../offer.ts'
import { offerEnded } from '../offer-errors.ts'
import type { Claim, RoomSource } from '../offer-claims.ts'
import type { OfferOptions, OfferTarget } from '../offer.ts'
import { failHeld } from '../ask.ts'
import { FAILED, STOPPED } from '../cell.ts'
import type { Cell } from '../cell.ts'
import { findCulprit } from '../codec/index.ts'
import { failCell, remoteTerminated } from '../lifecycle.ts'
import type { RemoteBody } from '../remote-seam.ts'
import type { TerminationReason } from '../signals.ts'
import type { SystemCore } from '../system-core.ts'
import { NodeError, nodeLost } from './errors.ts'
import type { Link } from './link.ts'
import type { OutFlow } from './out-flow.ts'
import { refusal } from './refused.ts'
import { isRef } from './wire-refs.ts'

/**
 * Picks the link behind which a child is started, now or once more; undefined if there is none and will be
 * none; `later` if `again` will be called when there is one.
 */
export type PickLink = (again: () => void) => Link | 'later' | undefined

/**
 * A child that lives on the other side of a link, as its place in the tree here sees it. When its link is lost
 * the child has failed; if the parent restarts it, it is started behind the link that is picked then, and what
 * was sent meanwhile follows it.
 */
export class NearChild implements RemoteBody, OfferTarget {
  readonly cell: Cell
  readonly #origin: BehaviorOrigin
  readonly #pick: PickLink
  #link: Link | undefined
  #isStopAsked = false
  /** There is no link yet, but there will be. */
  #isLater = false
  #waiting: unknown[] = []
  /** Who waits for places while there is no link. */
  readonly #line: ClaimLine = new ClaimLine()

  constructor(cell: Cell, origin: BehaviorOrigin, pick: PickLink) {
    this.cell = cell
    this.#origin = origin
    this.#pick = pick
    cell.ext.exported = true
    cell.system.exports.set(cell.id, cell)
    this.#start()
  }

  get link(): Link | undefined {
    return this.#link
  }

  tell(message: unknown): void {
    const { cell } = this
    const link = this.#link
    if (link !== undefined) {
      // Always in line with the control messages, whatever the lane: they start and stop it.
      if (!link.forward(-cell.id, message, 'messages')) this.#drop(message, 'link-full')
    } else if (this.#waiting.length < cell.options.capacity) this.#waiting.push(message)
    else this.#drop(message, 'mailbox-full')
  }

  // — OfferTarget: places are those of the far half's mailbox —

  get places(): RoomSource {
    return this
  }

  get system(): SystemCore {
    return this.cell.system
  }

  get path(): string {
    return this.cell.path
  }

  get waiting(): number {
    return this.#flow?.waiting ?? this.#line.count
  }

  get isFull(): boolean {
    return this.#flow?.isFull ?? this.#line.count >= MAX_WAITING_OFFERS
  }

  offer(message: unknown, options: OfferOptions | undefined): Promise<void> {
    return PendingOffer.make(this, message, 0, options)
  }

  join(claim: Claim, places: number): void {
    const flow = this.#flow
    if (flow !== undefined) flow.join(claim, places)
    else if (places === 0) claim.granted(0)
    else this.#line.want(claim, places)
  }

  leave(claim: Claim): void {
    if (claim.line === this.#line) this.#line.remove(claim)
    else this.#flow?.leave(claim)
  }

  release(places: number): void {
    this.#flow?.release(places)
  }

  deliver(message: unknown): void {
    const flow = this.#flow
    if (flow === undefined) this.cell.tell(message)
    else flow.deliver(message)
  }

  take(offer: PendingOffer): void {
    this.#flow?.take(offer)
  }

  recall(offer: PendingOffer): boolean {
    return this.#flow?.recall(offer) ?? true
  }

  get #flow(): OutFlow | undefined {
    return this.#link?.flows.out(-this.cell.id, 'messages', this.cell)
  }

  restart(error: unknown): void {
    if (this.#link === undefined) this.#start()
    else this.#link.control('restart', this.cell.id, error)
  }

  resume(): void {
    // What was lost with its node can't go on; it begins anew.
    if (this.#link === undefined) this.#start()
    else this.#link.control('resume', this.cell.id)
  }

  stop(how: 'stop' | 'kill'): void {
    this.#isStopAsked = true
    if (this.#isLater && how === 'stop') return
    if (this.#link === undefined) this.terminated('node-lost', this.cell.extension?.failure)
    else this.#link.control(how, this.cell.id)
  }

  dispose(): void {
    const link = this.#link
    this.#link = undefined
    this.#endOffers(link, () => offerEnded(this.cell.path))
    if (link?.children.removeNear(this.cell.id) === true) link.control('kill', this.cell.id)
    for (const message of this.#waiting) this.#drop(message, 'link-lost')
    this.#waiting = []
  }

  /** Its start could not be sent: what it was given can't travel. */
  unstartable(error: unknown): void {
    this.#link?.children.removeNear(this.cell.id)
    this.#endOffers(this.#link, () => offerEnded(this.cell.path))
    this.#link = undefined
    this.#failSoon(error, 'failure')
  }

  #endOffers(link: Link | undefined, error: () => Error): void {
    this.#line.end(error)
    link?.flows.endOut(-this.cell.id, error)
  }

  /** The far half has failed and waits for its directive. */
  failed(error: unknown): void {
    failCell(this.cell, error)
  }

  /** The far half says that it is gone. */
  farTerminated(reason: TerminationReason, error: unknown): void {
    const link = this.#link
    if (reason !== 'node-lost' || link === undefined) this.terminated(reason, error)
    else {
      link.children.removeNear(this.cell.id)
      this.linkLost(nodeLost(link.peer.label, 'the lease of the child was over'), false)
    }
  }

  /** The far half is gone. */
  terminated(reason: TerminationReason, error: unknown): void {
    const { cell } = this
    this.#link?.children.removeNear(cell.id)
    const isFailure = (cell.status & FAILED) !== 0 && reason === 'killed'
    if (isFailure) remoteTerminated(cell, 'failed', cell.extension?.failure)
    else remoteTerminated(cell, reason, error)
  }

  /** Its link is lost, and the child with it. */
  linkLost(error: NodeError, byUs: boolean): void {
    const { cell } = this
    this.#endOffers(this.#link, () => error)
    this.#link = undefined
    if ((cell.status & STOPPED) !== 0) return
    failHeld(cell.ext, () => error)
    if (this.#isStopAsked || byUs) this.terminated('node-lost', error)
    else if ((cell.status & FAILED) === 0) failCell(cell, error, 'node-lost')
  }

  #start(): void {
    const { cell } = this
    const { name, module, props } = this.#origin
    const link = this.#pick(() => {
      if ((cell.status & STOPPED) === 0 && this.#link === undefined) this.#start()
    })
    this.#isLater = link === 'later'
    if (link === 'later') return
    if (link === undefined || link.lostWith !== undefined) {
      this.#failSoon(link?.lostWith ?? noTarget(cell.path), 'node-lost')
      return
    }
    const culprit = findCulprit(props, isRef, 'props')
    if (culprit !== undefined) {
      this.#failSoon(refusal(culprit, cell.path, link.limits, undefined), 'failure')
      return
    }
    this.#link = link
    const { capacity, shutdownMs, stashCapacity, lane, label } = cell.options
    const { capacityBytes, overflow } = cell.options
    link.children.addNear(cell.id, this)
    link.control('spawn', cell.id, cell.path, name, module, props, [
      capacity,
      shutdownMs,
      stashCapacity,
      lane,
      label,
      overflow,
      capacityBytes,
    ])
    const waiting = this.#waiting
    this.#waiting = []
    for (const message of waiting) this.tell(message)
    for (let claim = this.#line.first; claim !== undefined; claim = this.#line.first) {
      const places = claim.wanted
      this.#line.remove(claim)
      claim.wanted = 0
      this.join(claim, places)
    }
    if (this.#isStopAsked) link.control('stop', cell.id)
  }

  /** Not at once: the caller is still making the child, or carrying out a directive. */
  #failSoon(error: unknown, kind: 'failure' | 'node-lost'): void {
    const { cell } = this
    cell.system.environment.turns.microtask(() => {
      if ((cell.status & STOPPED) === 0 && this.#link === undefined) failCell(cell, error, kind)
    })
  }

  #drop(message: unknown, reason: 'link-full' | 'link-lost' | 'mailbox-full'): void {
    const { system } = this.cell
    system.forwarded(message, -1)
    system.deadLetter(message, this.cell, reason)
  }
}

function noTarget(path: string): NodeError {
  return new NodeError(
    'TROUPE_NODE_NO_TARGET',
    `there is no thread or node left to start ${path} on: wait until one is there (a restart with backoff does)`,
    { data: { path } },
  )
}

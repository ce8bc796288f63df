import { findCulprit, plainCopy } from '../codec/index.ts'
import { failHeld, type AskHolder, type AskPort } from '../ask.ts'
import type { Dispatcher } from '../dispatcher.ts'
import { enact, type Interception } from '../interception.ts'
import { ControlLog, disarm, type ControlEntry } from './control-log.ts'
import { nodeLost, type NodeError } from './errors.ts'
import { LinkFlows } from './flows.ts'
import type { OfferAddress } from './flows.ts'
import type { LinkHub, Peer } from './hub.ts'
import { Inbox, isCount } from './inbox.ts'
import type { Received } from './inbox.ts'
import type { LinkCounts } from './link-counts.ts'
import type { LinkLimits } from './link-options.ts'
import { Outbox } from './outbox.ts'
import type { OutboxHost } from './outbox.ts'
import { MAX_LOGGED_REFUSALS, failPortsIn, linkFull, refusal } from './refused.ts'
import { LinkQuestions } from './questions.ts'
import { RemoteRef } from './remote-ref.ts'
import type { Ending, Lane } from './remote-ref.ts'
import type { Transport } from './transport.ts'
import { LinkChildren } from './link-children.ts'
import { WireRefs, isRef } from './wire-refs.ts'

/**
 * One side of the link between this system and one incarnation of another: what waits to be sent, what must not get
 * lost, which refs each side knows. Connections come and go below it; once lost it is lost for good.
 */
export class Link implements AskHolder, OutboxHost {
  readonly hub: LinkHub
  readonly peer: Peer
  readonly limits: LinkLimits
  /**
   * Numbers of ours that the other side keeps refs of, and whose end it must hear; with the connection that has
   * named them last, 0 for none.
   */
  readonly knows: Map<number, number> = new Map()
  readonly children: LinkChildren
  readonly flows: LinkFlows
  readonly questions: LinkQuestions
  /** Names of the secrets that the other side has proved to know. */
  readonly proven: Set<string> = new Set()
  /** Whether the other side may name modules to load: it runs in this process. */
  readonly isTrusted: boolean
  /** Of the messages that count as lost: on their way when the link was given up. */
  unknown = 0
  firstAsk: AskPort | undefined
  lostWith: NodeError | undefined
  /** The other side has said that it goes. */
  hasLeft = false
  /** Called when a message for the bulk lane waits and no bulk connection stands. */
  onBulkWanted: (() => void) | undefined
  /** Called once when the link is lost, after everyone was told. */
  onLost: ((reason: string) => void) | undefined
  readonly #refs: Map<number, RemoteRef> = new Map()
  readonly #log: ControlLog = new ControlLog()
  readonly #outboxes: Readonly<Record<Lane, Outbox>>
  readonly #inbox: Inbox
  #acknowledged = { messages: 0, bulk: 0 }
  #lost = { messages: 0, bulk: 0 }
  #accepted = 0
  #refused = 0
  #dropped = 0
  #isAcknowledgementDue = false

  constructor(hub: LinkHub, peer: Peer, limits: LinkLimits, isTrusted: boolean) {
    this.hub = hub
    this.peer = peer
    this.limits = limits
    this.isTrusted = isTrusted
    this.children = new LinkChildren(this)
    this.flows = new LinkFlows(this)
    this.questions = new LinkQuestions(this)
    this.#inbox = new Inbox(this)
    this.#outboxes = { messages: new Outbox(this), bulk: new Outbox(this) }
    hub.links.add(this)
  }

  get dispatcher(): Dispatcher {
    return this.hub.core.dispatcher
  }

  // — sending —

  tell(ref: RemoteRef, message: unknown): void {
    const fate = this.hub.core.interceptor?.(ref, message) ?? 'deliver'
    if (fate === 'deliver') this.#tell(ref, message)
    else this.meetFate(ref, message, fate)
  }

  /** What becomes of a message that an interceptor did not let pass as it is. */
  meetFate(ref: RemoteRef, message: unknown, fate: Exclude<Interception, 'deliver'>): void {
    const { core } = this.hub
    enact(fate, message, {
      core,
      // Its receiver lives elsewhere and can't be made to fail from here.
      take: (instead) => this.#tell(ref, instead),
      lose: () => {
        core.ledger.sent++
        core.deadLetter(message, ref, 'intercepted')
      },
    })
  }

  #tell(ref: RemoteRef, message: unknown): boolean {
    const { core } = this.hub
    core.ledger.sent++
    if (ref.ending !== undefined) {
      core.deadLetter(message, ref, ref.ending.reason === 'node-lost' ? 'link-lost' : 'stopped')
    } else if (this.forward(ref.number, message, ref.lane)) {
      core.forwarded(message, 1)
      return true
    } else {
      core.deadLetter(message, ref, this.lostWith === undefined ? 'link-full' : 'link-lost')
      failPortsIn(message, this.lostWith ?? linkFull(ref.path, this.limits))
    }
    return false
  }

  /** Puts a user message in line; false if it finds no room, or the link is lost. The ledger is the caller's. */
  forward(to: number, message: unknown, lane: Lane): boolean {
    if (this.lostWith !== undefined) return false
    const carrier = this.laneFor(lane)
    if (!this.#outboxes[carrier].post(to, message)) return false
    this.#accepted++
    this.#wantBulk(carrier)
    return true
  }

  /** Puts a message in line whose place on the other side is reserved. The ledger is the caller's. */
  postOffered(lane: Lane, address: OfferAddress, message: unknown): void {
    this.#outboxes[lane].postOffered(address, message)
    this.#accepted++
    this.#wantBulk(lane)
  }

  /** Takes an offered message out of the line; false if it has left. */
  withdraw(lane: Lane, address: OfferAddress): boolean {
    if (!this.#outboxes[lane].withdraw(address)) return false
    this.#accepted--
    return true
  }

  /** A thread has one line for both. */
  laneFor(lane: Lane): Lane {
    return this.isTrusted ? 'messages' : lane
  }

  /** Whether a message of that lane would leave with the next slice. */
  canSend(lane: Lane): boolean {
    this.#wantBulk(lane)
    return this.#outboxes[lane].isReady
  }

  #wantBulk(lane: Lane): void {
    if (lane === 'bulk' && !this.#outboxes.bulk.isAttached) this.onBulkWanted?.()
  }

  /** Sends a word of the runtime: exactly once, in line with the messages. */
  control(kind: string, ...words: readonly unknown[]): void {
    if (this.lostWith !== undefined) return
    if (this.#log.size >= this.limits.maxUnacknowledged) {
      this.lose('too many control messages without acknowledgement')
      return
    }
    this.#outboxes.messages.postControl(this.#log.add(kind, words))
  }

  /** Tells what has been received; also the heartbeat. */
  acknowledge(): void {
    this.#outboxes.messages.postAcknowledgement(this.#inbox.acknowledgement())
  }

  /** Shows the other side that the bulk connection lives. */
  beatBulk(): void {
    this.#outboxes.bulk.beat(this.#inbox.acknowledgement())
  }

  // — connections —

  /** A connection stands; `peer` is what the other side says it has received so far. */
  attach(lane: Lane, transport: Transport, peer: Received): void {
    const outbox = this.#outboxes[lane]
    this.#inbox.attach(lane)
    this.flows.acknowledged(lane, peer[lane] + this.#lost[lane])
    this.#acknowledged[lane] = peer[lane]
    this.#lost[lane] = outbox.sent - peer[lane]
    if (lane === 'messages') this.#log.acknowledge(peer.control)
    const controls = lane === 'messages' ? this.#log.toResend() : []
    outbox.attach(transport, this.flows.resend(lane, outbox.sent, controls))
    this.flows.goOn()
  }

  detach(lane: Lane): void {
    this.#outboxes[lane].detach()
    this.#inbox.detach(lane)
  }

  /** Messages wait for a bulk connection, or went out on one that broke: only the next one tells what arrived. */
  get isBulkWaiting(): boolean {
    const { bulk } = this.#outboxes
    const isSettled = bulk.sent === this.#acknowledged.bulk + this.#lost.bulk
    return !bulk.isAttached && (bulk.queued > 0 || !isSettled)
  }

  drained(lane: Lane): void {
    this.#outboxes[lane].drained()
    this.flows.goOn()
  }

  get received(): Received {
    return this.#inbox.received
  }

  /** @throws TROUPE_CODEC_UNDECODABLE, TROUPE_LINK_PROTOCOL: close the connection. */
  receive(lane: Lane, frame: Uint8Array): void {
    this.#inbox.receive(lane, frame)
  }

  /** Whether as much was sent as the other side says to have received. */
  hasSent({ control, messages, bulk }: Received): boolean {
    if (control > this.#log.sentUpTo || messages > this.#outboxes.messages.sent) return false
    return bulk <= this.#outboxes.bulk.sent
  }

  /** False if the other side acknowledges what was never sent. */
  heardAcknowledgement(control: unknown, messages: unknown, bulk: unknown): boolean {
    if (!isCount(control) || !isCount(messages) || !isCount(bulk)) return false
    if (!this.hasSent({ control, messages, bulk })) return false
    // Those that come over the bulk connection may be older than what the other one has told.
    const known = this.#acknowledged
    known.messages = Math.max(messages, known.messages)
    known.bulk = Math.max(bulk, known.bulk)
    this.#outboxes.messages.acknowledged(known.messages)
    this.flows.heard(known, this.#lost)
    return this.#log.acknowledge(control)
  }

  /** Acknowledges at the end of the slice. */
  acknowledgeSoon(): void {
    if (this.#isAcknowledgementDue) return
    this.#isAcknowledgementDue = true
    this.dispatcher.atSliceEnd(() => {
      this.#isAcknowledgementDue = false
      if (this.lostWith === undefined) this.acknowledge()
    })
  }

  // — refs —

  /** The ref of an actor on the other side; always the same one until the actor ends. */
  refOf(number: number, lane: Lane, path: string): RemoteRef {
    let ref = this.#refs.get(number)
    if (ref === undefined) {
      ref = new RemoteRef(this, number, lane, path, true)
      if (this.lostWith === undefined) this.#refs.set(number, ref)
      else ref.end({ reason: 'node-lost', error: this.lostWith })
    }
    return ref
  }

  knownRef(number: number): RemoteRef | undefined {
    return this.#refs.get(number)
  }

  endedRef(number: number, path: string | undefined): RemoteRef {
    const ref = new RemoteRef(this, number, 'messages', path, false)
    ref.ending = { reason: 'stopped', error: undefined }
    return ref
  }

  /** An actor of the other side has ended. */
  gone(number: number, ending: Ending): void {
    const ref = this.#refs.get(number)
    if (ref === undefined) return
    this.#refs.delete(number)
    ref.end(ending)
    this.flows.endOut(number, () => ref.offerError(ending))
    this.hub.refEnded(ref, ending)
  }

  /** How much is kept on this side; for those who look for leaks. */
  get kept(): { readonly refs: number; readonly known: number; readonly unacknowledged: number } {
    return { refs: this.#refs.size, known: this.knows.size, unacknowledged: this.#log.size }
  }

  // — OutboxHost —

  newRefs(): WireRefs {
    return new WireRefs(this)
  }

  controlSent(entry: ControlEntry): void {
    if (entry[0] !== 0) this.#log.sent(entry)
  }

  offerSent(address: OfferAddress, sentAs: number): void {
    this.flows.sent(address, sentAs, this.#log.sentUpTo)
  }

  refused(to: number | OfferAddress, payload: unknown, cause: unknown): void {
    const { core } = this.hub
    const ref = this.#recipient(typeof to === 'number' ? to : to[0])
    const error = refusal(findCulprit(payload, isRef, 'message'), ref.path, this.limits, cause)
    this.#refused++
    if (typeof to === 'object' && this.flows.refused(to, error)) {
      failPortsIn(payload, error)
      return
    }
    core.forwarded(payload, -1)
    core.deadLetter(payload, ref, 'unencodable', false)
    failPortsIn(payload, error)
    // No actor's number: the port of an ask, whose asker would wait for its deadline.
    if (typeof to === 'number' && to > 0 && !ref.isKept) this.control('unanswered', to, error)
    if (this.#refused <= MAX_LOGGED_REFUSALS) {
      core.environment.log.write('warn', error.message, { code: error.code, to: ref.path })
    }
  }

  controlRefused(entry: ControlEntry, cause: unknown): void {
    const [, kind, first, ...rest] = entry
    if (kind === 'spawn') {
      disarm(entry, undefined)
      const child = this.children.near(Number(first))
      child?.unstartable(refusal(undefined, child.cell.path, this.limits, cause))
    } else if (kind === 'resolved') disarm(entry, [first, null])
    else disarm(entry, [first, ...rest.map((word) => plainCopy(word))])
  }

  #recipient(to: number): RemoteRef {
    const ref = to > 0 ? this.#refs.get(to) : undefined
    return ref ?? this.endedRef(to, this.children.pathOf(-to))
  }

  // — the end —

  /** Ends the link for good: refs end, asks fail, children are lost; what waits is dropped and counted. */
  lose(reason: string, byUs = false): void {
    if (this.lostWith !== undefined) return
    const error = nodeLost(this.peer.label, reason)
    this.lostWith = error
    const { core } = this.hub
    this.hub.links.delete(this)
    for (const lane of ['messages', 'bulk'] as const) {
      const outbox = this.#outboxes[lane]
      outbox.detach()
      const waiting = outbox.takeAll()
      for (let i = 0; i < waiting.length; i += 2) {
        const to = waiting[i] as number | OfferAddress
        if (to === 0) continue
        this.#dropped++
        if (typeof to === 'object' && this.flows.refused(to, error)) continue
        const ref = this.#recipient(typeof to === 'number' ? to : to[0])
        core.forwarded(waiting[i + 1], -1)
        core.deadLetter(waiting[i + 1], ref, 'link-lost', false)
      }
      const before = this.#lost[lane]
      this.#lost[lane] = outbox.sent - this.#acknowledged[lane]
      this.unknown += this.#lost[lane] - before
    }
    this.hub.ended(this, reason)
    const ending: Ending = { reason: 'node-lost', error }
    this.flows.lose(error)
    failHeld(this, () => error)
    this.questions.linkLost()
    const refs = [...this.#refs.values()]
    this.#refs.clear()
    for (const ref of refs) {
      ref.end(ending)
      this.hub.refEnded(ref, ending)
    }
    this.children.linkLost(error, byUs)
    this.onLost?.(reason)
  }

  get isAttached(): boolean {
    return this.#outboxes.messages.isAttached || this.#outboxes.bulk.isAttached
  }

  counts(): LinkCounts {
    const { messages, bulk } = this.#outboxes
    const { received } = this.#inbox
    const { resent } = this.flows
    return {
      accepted: this.#accepted,
      queued: messages.queued + bulk.queued,
      sent: messages.sent + bulk.sent - resent,
      acknowledged: this.#acknowledged.messages + this.#acknowledged.bulk,
      lost: this.#lost.messages + this.#lost.bulk - resent,
      refused: this.#refused,
      dropped: this.#dropped,
      received: received.messages + received.bulk,
    }
  }
}

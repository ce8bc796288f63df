import type { ActorRef, AnyRef } from '../actor-ref.ts'
import { AskPort } from '../ask.ts'
import { lookRound } from '../ask-cycles.ts'
import { AWAITING, Cell, REMOTE } from '../cell.ts'
import { actorSubject, isMeant } from '../explain/index.ts'
import type { Subject } from '../explain/index.ts'
import { noteRoutees, sayRoutees } from './explain.ts'
import type { GetRoutees } from './protocol.ts'
import type { Chooser, Routee, Routing } from './routing.ts'

/** A routee with the number of messages this router has sent it, which begins with that of the one sent least. */
interface Member<M> extends Routee<M> {
  sent: number
}

/** What pools and groups have in common: the routees of the moment, and the choice among them. */
export class Router<M> {
  readonly #cell: Cell
  readonly #chooser: Chooser<M>
  #members: readonly Member<M>[] = []
  /** The least `sent` among members whose mailboxes can't be seen from here. */
  #leastSent = 0
  readonly #description: string
  /** How many routees got the message at hand. */
  #delivered = 0

  /** `self` is the actor that routes. */
  constructor(self: AnyRef, routing: Routing<M>) {
    this.#cell = self as unknown as Cell
    this.#cell.ext.handsOffersOn = true
    this.#description = routing.description
    this.#cell.system.decisions.account(self, (wanted) => this.#account(wanted))
    this.#chooser = routing.start()
    this.#chooser.update([])
  }

  get routees(): readonly Routee<M>[] {
    return this.#members
  }

  /** Replaces the routees; of those that stay, what was sent is still known. */
  update(routees: readonly { readonly id: string; readonly ref: ActorRef<M> }[]): void {
    const known = new Map(this.#members.map((member) => [member.ref, member]))
    this.#members = routees.map(({ id, ref }) => {
      const member = known.get(ref)
      return member?.id === id ? member : this.#member(id, ref)
    })
    this.#findLeastSent()
    this.#chooser.update(this.#members)
    noteRoutees(this.#cell, this.#description, this.#members)
  }

  /** Nothing is noted of single messages: how they were spread is told from the counts when somebody asks. */
  #account(wanted: Subject): readonly string[] {
    return isMeant(wanted, actorSubject(this.#cell.path))
      ? sayRoutees(this.#cell.path, this.#description, this.#members)
      : []
  }

  /**
   * Hands a message on; without a routee it is a dead letter with reason `no-routee`, and with `unroutable` if the
   * choice has failed over it. One that was offered is offered on: the router waits with it for its place.
   */
  route(message: M): void | Promise<void> {
    if (this.#cell.ext.isOfferInHand) return this.#offerOn(message)
    this.#delivered = 0
    let last: ActorRef<M> | undefined
    const isChosen = this.#choose(message, (routee) => {
      this.#delivered++
      const member = routee as Member<M>
      member.sent++
      if (member.sent === this.#leastSent + 1) this.#findLeastSent()
      last = member.ref
      member.ref.tell(message)
    })
    // Of several any may answer: whoever asked waits on none of them in particular.
    if (this.#delivered === 1 && last !== undefined) handedOn(message, last)
    if (this.#delivered > 0) return
    this.#cell.system.giveUp(this.#cell, message, isChosen ? 'no-routee' : 'unroutable')
  }

  async #offerOn(message: M): Promise<void> {
    const chosen: Member<M>[] = []
    const isChosen = this.#choose(message, (routee) => {
      const member = routee as Member<M>
      chosen.push(member)
      member.sent++
      if (member.sent === this.#leastSent + 1) this.#findLeastSent()
    })
    const offers = await Promise.allSettled(chosen.map(({ ref }) => ref.offer(message)))
    // As with tells: what one of several routees does not take is that one's affair.
    if (offers.some(({ status }) => status === 'fulfilled')) return
    this.#cell.system.giveUp(this.#cell, message, isChosen ? 'no-routee' : 'unroutable')
  }

  /**
   * False if the choice itself has failed, as of a message without the key that is looked for: that is the message's
   * affair, and no reason to lose the routees.
   */
  #choose(message: M, deliver: (routee: Routee<M>) => void): boolean {
    const { system } = this.#cell
    try {
      this.#chooser.choose(message, system.random, deliver)
      return true
    } catch (error) {
      system.publishFailureWhileStopping(this.#cell, error)
      return false
    }
  }

  reply(request: GetRoutees): void {
    request.replyTo.tell({
      type: 'Routees',
      routees: this.#members.map(({ id, ref, load }) => ({ id, ref, load: load() })),
    })
  }

  /**
   * Begins a routee. Its load is what its mailbox holds; where that can't be seen, how many messages more it
   * was sent than the one that was sent least.
   */
  #member(id: string, ref: ActorRef<M>): Member<M> {
    const member: Member<M> = {
      id,
      ref,
      sent: this.#leastSent,
      load: () => visibleLoad(ref) ?? member.sent - this.#leastSent,
    }
    return member
  }

  #findLeastSent(): void {
    let least = Number.POSITIVE_INFINITY
    for (const { ref, sent } of this.#members) {
      if (sent < least && visibleLoad(ref) === undefined) least = sent
    }
    if (least !== Number.POSITIVE_INFINITY) this.#leastSent = least
  }
}

/** Whoever made the ask in `message` waits on the routee from now on, which may close a circle. */
function handedOn(message: unknown, to: AnyRef): void {
  if (typeof message !== 'object' || message === null) return
  const { replyTo } = message as { readonly replyTo?: unknown }
  if (!(replyTo instanceof AskPort) || replyTo.wait === undefined) return
  replyTo.wait.handedTo = to
  if (replyTo.wait.isLive) lookRound(replyTo.wait)
}

function visibleLoad(ref: ActorRef<never>): number | undefined {
  if (!(ref instanceof Cell) || ref.mode === REMOTE) return undefined
  return ref.depth + ((ref.status & AWAITING) === 0 ? 0 : 1)
}

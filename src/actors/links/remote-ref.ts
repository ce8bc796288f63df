import { showAsPath } from '../cell-path.ts'
import { askVia, failHeld, terminatedError } from '../ask.ts'
import type { AskHolder, AskOptions, AskPort } from '../ask.ts'
import type { ActorRef } from '../actor-ref.ts'
import type { TerminationReason } from '../signals.ts'
import type { WatchTarget, Watcher } from '../watching.ts'
import { PendingOffer } from '../offer.ts'
import { offerEnded } from '../offer-errors.ts'
import type { OfferOptions } from '../offer.ts'
import { NodeError } from './errors.ts'
import type { Link } from './link.ts'

export type Lane = 'messages' | 'bulk'

/** How a remote actor ended. */
export interface Ending {
  readonly reason: TerminationReason
  readonly error: unknown
}

/**
 * An actor on the other side of a link. A link keeps one such ref for each actor it has heard of until that
 * actor ends, so that refs can be compared; refs of ask ports are used once and kept nowhere.
 */
export class RemoteRef implements ActorRef<unknown>, WatchTarget, AskHolder {
  readonly link: Link
  readonly number: number
  readonly lane: Lane
  readonly #path: string | undefined
  /** The link keeps it and is told of its actor's end. */
  readonly isKept: boolean
  ending: Ending | undefined
  firstAsk: AskPort | undefined
  #watchers: Map<object, Watcher> | undefined

  constructor(link: Link, number: number, lane: Lane, path: string | undefined, isKept: boolean) {
    this.link = link
    this.number = number
    this.lane = lane
    this.#path = path
    this.isKept = isKept
    this.ending = undefined
    this.firstAsk = undefined
    this.#watchers = undefined
  }

  /** nact finds the system of a reference by this. */
  get system(): { readonly name: string } {
    return this.link.hub.core
  }

  tell(message: unknown): void {
    this.link.tell(this, message)
  }

  ask<R>(build: (replyTo: ActorRef<R>) => unknown, options?: AskOptions): Promise<R> {
    const ending = this.#endingNow()
    if (ending !== undefined) return Promise.reject(this.#askError(ending))
    const holder = this.isKept ? this : this.link
    return askVia(this.link.hub.core, this, build, options, holder)
  }

  offer(message: unknown, options?: OfferOptions): Promise<void> {
    const ending = this.#endingNow()
    if (ending !== undefined) return Promise.reject(this.offerError(ending))
    if (this.isKept) {
      const flow = this.link.flows.out(this.number, this.lane, this)
      return PendingOffer.make(flow, message, 0, options)
    }
    // The port of an ask: a reply finds its place at once or never.
    this.tell(message)
    return Promise.resolve()
  }

  get path(): string {
    return this.#path ?? `troupe://${this.link.peer.system}/?ask=${String(this.number)}`
  }

  toString(): string {
    return this.path
  }

  addWatcher(key: object, watcher: Watcher): void {
    const ending = this.isKept
      ? this.#endingNow()
      : { reason: 'stopped' as const, error: undefined }
    if (ending !== undefined) {
      watcher.terminated(this, ending.reason, ending.error)
      return
    }
    if (this.#watchers === undefined) {
      this.#watchers = new Map()
      this.link.control('watch', this.number)
    }
    this.#watchers.set(key, watcher)
  }

  removeWatcher(key: object): void {
    this.#watchers?.delete(key)
  }

  /** Its actor has ended, or its link is lost: watchers are told, asks end. */
  end(ending: Ending): void {
    if (this.ending !== undefined) return
    this.ending = ending
    const watchers = this.#watchers
    this.#watchers = undefined
    const askError = this.#askError(ending)
    failHeld(this, () => askError)
    if (watchers === undefined) return
    for (const watcher of watchers.values()) {
      watcher.terminated(this, ending.reason, ending.error)
    }
  }

  #endingNow(): Ending | undefined {
    if (this.ending !== undefined) return this.ending
    const lost = this.link.lostWith
    return lost === undefined ? undefined : { reason: 'node-lost', error: lost }
  }

  offerError(ending: Ending): Error {
    return ending.error instanceof NodeError ? ending.error : offerEnded(this.path)
  }

  #askError(ending: Ending): unknown {
    return ending.reason === 'node-lost' ? ending.error : terminatedError(this.path)
  }
}

showAsPath(RemoteRef.prototype)

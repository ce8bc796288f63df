import type { ActorRef } from './actor-ref.ts'
import { askCell } from './ask.ts'
import type { AskOptions } from './ask.ts'
import { awaitOutcome } from './awaiting.ts'
import { handleEntry } from './entries-of-cell.ts'
import type { Behavior, ReceiveBehavior, StatefulBehavior } from './behavior.ts'
import { applyNext, isPromise, startIncarnation } from './incarnation.ts'
import { Context } from './context-of-cell.ts'
import { pathOf, showAsPath } from './cell-path.ts'
import type { CellExtension } from './cell-extension.ts'
import { newExtension } from './cell-extension.ts'
import { offerCell } from './offer.ts'
import type { OfferOptions } from './offer.ts'
import { afterHandler, failCell } from './lifecycle.ts'
import { Entry, messageOf } from './mailbox-entries.ts'
import type { SignalEntry } from './mailbox-entries.ts'
import { putEntry, slowTell } from './mailbox.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import type { SystemCore } from './system-core.ts'
import { addWatcher, removeWatcher } from './watching.ts'
import type { WatchTarget, Watcher } from './watching.ts'

/** Bits of `Cell.status`; 0 is an idle actor with an empty mailbox. */
export const QUEUED = 1
/** A promise of its handler has not settled. */
export const AWAITING = 2
/** Suspended until its parent's directive has been carried out. */
export const FAILED = 4
export const STOPPING = 8
export const STOPPED = 16
/** `ctx.stop()` or `stopped` was said in the message at hand. */
export const STOP_ASKED = 32
/** The behavior was replaced in the message at hand. */
export const CHANGED = 64
/** A stop or restart waits for the end of the handler at work. */
export const PENDING = 128
/** The message at hand means nothing to the behavior. */
export const UNHANDLED = 256

/** How a cell's messages are handled. */
export const UNSTARTED = 0
export const STATEFUL = 1
export const RECEIVE = 2
/** The actor lives behind a link; this cell is its place in the tree. */
export const REMOTE = 3
/** As `STATEFUL` and `RECEIVE`, with each message counted by its type. */
export const COUNTING = 4

/** `room` of a cell that takes each message through the slow door. */
export const SLOW_DOOR = -1

const BATCH = 256

/**
 * An actor: its place in the tree, its mailbox and its incarnation. A local ref *is* its cell.
 *
 * The mailbox is a ring of a power of two, made at the first message. `head` and `tail` count messages
 * taken and put since the start (mod 2^32), so that `tail - head` is the depth and `tail - counted`
 * what the ledger has not yet seen as sent. `room` is the depth at which `tell` takes the slow door: the ring
 * is full, the bound is reached, or the cell is closed, intercepted, counted in bytes or remote.
 */
export class Cell implements ActorRef<unknown>, WatchTarget {
  readonly system: SystemCore
  readonly parent: Cell | undefined
  readonly id: number
  readonly givenName: string | undefined
  /** What each incarnation starts from. */
  readonly behavior: Behavior<never>
  /** What the present incarnation does. */
  running: Behavior<never>
  readonly options: ResolvedOptions
  status: number
  mode: number
  state: unknown
  buffer: unknown[] | undefined
  mask: number
  room: number
  head: number
  tail: number
  counted: number
  /** How many {@link Entry} objects the mailbox holds. */
  entries: number
  previous: Cell | undefined
  next: Cell | undefined
  extension: CellExtension | undefined
  #context: Context | undefined

  constructor(
    system: SystemCore,
    parent: Cell | undefined,
    id: number,
    name: string | undefined,
    behavior: Behavior<never>,
    options: ResolvedOptions,
  ) {
    this.system = system
    this.parent = parent
    this.id = id
    this.givenName = name
    this.behavior = behavior
    this.running = behavior
    this.options = options
    this.status = 0
    this.mode = UNSTARTED
    this.state = undefined
    this.buffer = undefined
    this.mask = 0
    this.room = options.slowDoor ? SLOW_DOOR : 0
    this.head = 0
    this.tail = 0
    this.counted = 0
    this.entries = 0
    this.previous = undefined
    this.next = undefined
    this.extension = undefined
    this.#context = undefined
  }

  tell(message: unknown): void {
    const depth = (this.tail - this.head) | 0
    if (depth >= this.room) {
      slowTell(this, message, undefined)
      return
    }
    ;(this.buffer as unknown[])[this.tail & this.mask] = message
    this.tail = (this.tail + 1) | 0
    if (this.status === 0) {
      this.status = QUEUED
      this.system.dispatcher.enqueue(this)
    }
  }

  ask<R>(build: (replyTo: ActorRef<R>) => unknown, options?: AskOptions): Promise<R> {
    return askCell(this, build, options)
  }

  offer(message: unknown, options?: OfferOptions): Promise<void> {
    return offerCell(this, message, options)
  }

  get name(): string {
    return this.givenName ?? `$${String(this.id)}`
  }

  get path(): string {
    return pathOf(this)
  }

  get context(): Context {
    return (this.#context ??= new Context(this))
  }

  get ext(): CellExtension {
    return (this.extension ??= newExtension())
  }

  get depth(): number {
    return (this.tail - this.head) | 0
  }

  toString(): string {
    return this.path
  }

  /** Handles up to a batch of messages; returns what it used of the slice's budget. */
  activate(): number {
    if (this.status !== QUEUED) {
      this.status &= ~QUEUED
      return 1
    }
    const dispatcher = this.system.dispatcher
    dispatcher.current = this
    const headBefore = this.head
    if (this.mode === STATEFUL)
      this.#drainStateful(this.running as StatefulBehavior<unknown, unknown>)
    else if (this.mode === RECEIVE) this.#drainReceive(this.running as ReceiveBehavior<unknown>)
    else if (this.mode === COUNTING) this.#drainCounting()
    else startIncarnation(this)
    dispatcher.current = undefined
    const used = (this.head - headBefore) | 0
    if (this.status === QUEUED) {
      if (this.head !== this.tail || this.mode === UNSTARTED) dispatcher.enqueue(this)
      else this.status = 0
    } else afterHandler(this)
    return used > 0 ? used : 1
  }

  /** One message after the other, through `invoke`, which counts each. */
  #drainCounting(): void {
    for (let n = 0; n < BATCH && this.head !== this.tail && this.status === QUEUED; n++) {
      this.#takeOne()
    }
  }

  #drainStateful(behavior: StatefulBehavior<unknown, unknown>): void {
    const step = behavior.step
    const context = this.context
    const ledger = this.system.ledger
    let handled = 0
    let message: unknown
    try {
      while (handled < BATCH && this.head !== this.tail) {
        const buffer = this.buffer as unknown[]
        const index = this.head & this.mask
        message = buffer[index]
        buffer[index] = undefined
        this.head = (this.head + 1) | 0
        if (this.entries !== 0 && message instanceof Entry) {
          // Entries use up the batch too; what they handle, they count themselves.
          handled++
          ledger.handled--
          handleEntry(this, message)
          if (this.status !== QUEUED) break
          continue
        }
        const before = this.state
        const after = step(before, message, context)
        if (after !== before) {
          if (isPromise(after)) {
            awaitOutcome(this, after, behavior, { message })
            break
          }
          if ((this.status & CHANGED) === 0) this.state = after
        }
        handled++
        if (this.status !== QUEUED) {
          this.giveUpUnhandled(message)
          break
        }
      }
    } catch (error) {
      this.system.failed(messageOf(message), this)
      this.system.dispatcher.current = undefined
      failCell(this, error)
    }
    ledger.handled += handled
    ledger.sent += (this.tail - this.counted) | 0
    this.counted = this.tail
  }

  #drainReceive(behavior: ReceiveBehavior<unknown>): void {
    const receive = behavior.receive
    const context = this.context
    const ledger = this.system.ledger
    let handled = 0
    let message: unknown
    try {
      while (handled < BATCH && this.head !== this.tail) {
        const buffer = this.buffer as unknown[]
        const index = this.head & this.mask
        message = buffer[index]
        buffer[index] = undefined
        this.head = (this.head + 1) | 0
        if (this.entries !== 0 && message instanceof Entry) {
          // Entries use up the batch too; what they handle, they count themselves.
          handled++
          ledger.handled--
          handleEntry(this, message)
          if (this.status !== QUEUED) break
          continue
        }
        const next = receive(message, context)
        if (next !== undefined) {
          if (isPromise(next)) {
            awaitOutcome(this, next, behavior, { message })
            break
          }
          applyNext(this, next)
        }
        handled++
        if (this.status !== QUEUED) {
          this.giveUpUnhandled(message)
          break
        }
      }
    } catch (error) {
      this.system.failed(messageOf(message), this)
      this.system.dispatcher.current = undefined
      failCell(this, error)
    }
    ledger.handled += handled
    ledger.sent += (this.tail - this.counted) | 0
    this.counted = this.tail
  }

  /** As `activate`, for one message or entry: how a seeded dispatcher drives a cell. */
  activateOnce(): void {
    if (this.status !== QUEUED) {
      this.status &= ~QUEUED
      return
    }
    const { dispatcher } = this.system
    dispatcher.current = this
    if (this.mode === UNSTARTED) startIncarnation(this)
    else if (this.head !== this.tail) this.#takeOne()
    dispatcher.current = undefined
    if (this.status === QUEUED) {
      if (this.head !== this.tail || this.mode === UNSTARTED) dispatcher.enqueue(this)
      else this.status = 0
    } else afterHandler(this)
  }

  /** Handles the message or entry at the head. */
  #takeOne(): void {
    const { dispatcher, ledger } = this.system
    const index = this.head & this.mask
    const buffer = this.buffer as unknown[]
    const message = buffer[index]
    buffer[index] = undefined
    this.head = (this.head + 1) | 0
    try {
      if (this.entries !== 0 && message instanceof Entry) handleEntry(this, message)
      else this.invoke(message)
    } catch (error) {
      this.system.failed(messageOf(message), this)
      dispatcher.current = undefined
      failCell(this, error)
    }
    ledger.sent += (this.tail - this.counted) | 0
    this.counted = this.tail
  }

  /** One message outside the batch loops. Throws what the behavior throws. */
  invoke(message: unknown): void {
    const running = this.running
    let outcome: unknown
    if (running.kind === 'stateful') {
      const behavior = running as StatefulBehavior<unknown, unknown>
      outcome = behavior.step(this.state, message, this.context)
    } else {
      outcome = (running as ReceiveBehavior<unknown>).receive(message, this.context)
    }
    if (isPromise(outcome)) awaitOutcome(this, outcome, running, { message })
    else {
      this.settle(running, outcome)
      const { ledger, fates } = this.system
      ledger.handled++
      if (fates.countsAll) fates.add('handled', message, 1)
      this.giveUpUnhandled(message)
    }
  }

  /** The message in hand, which is counted as handled, has another fate if the behavior said so. */
  giveUpUnhandled(message: unknown): void {
    if ((this.status & UNHANDLED) === 0) return
    this.status &= ~UNHANDLED
    this.system.giveUp(this, message, 'unhandled')
  }

  /** Takes over what a handler of `handledBy` returned: the next state, or the next behavior. */
  settle(handledBy: Behavior<never>, outcome: unknown): void {
    if (handledBy.kind !== 'stateful') applyNext(this, outcome)
    else if (this.running === handledBy) this.state = outcome
  }

  addWatcher(key: object, watcher: Watcher): void {
    addWatcher(this, key, watcher)
  }

  removeWatcher(key: object): void {
    removeWatcher(this, key)
  }

  putSignal(entry: SignalEntry): void {
    putEntry(this, entry)
  }
}

showAsPath(Cell.prototype)

import type { Clock, Environment, Random } from '../platform/index.ts'
import type { ActorSystem } from './actor-system.ts'
import type { ActorRef, AnyRef } from './actor-ref.ts'
import { Fates } from './accounting/index.ts'
import type { LedgerOptions } from './accounting/index.ts'
import type { LinkAccount } from './links/index.ts'
import type { FarWaits } from './ask-cycles.ts'
import { AskDeadlines } from './ask-deadlines.ts'
import { AWAITING } from './cell.ts'
import type { Cell } from './cell.ts'
import { Dispatcher } from './dispatcher.ts'
import { EventStream } from './event-stream.ts'
import { DecisionLog, noteDirective } from './explain/index.ts'
import type { DecisionLimits } from './explain/index.ts'
import { isUserMessage } from './mailbox-entries.ts'
import type { SystemObserver } from './observer.ts'
import { SeededDispatcher } from './seeded-dispatcher.ts'
import type { Interceptor } from './interception.ts'
import { Ledger } from './ledger.ts'
import type { DropReason, LedgerSnapshot } from './ledger.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import type { TerminationReason } from './signals.ts'
import type { ChildFailure, Decision } from './supervisor.ts'
import { Unheard } from './unheard.ts'

/** What can be reached by its number from across a link. */
export interface Exported {
  tell(message: unknown): void
}

/** What the runtime needs of the node that a system may be. */
export interface NodeSeam {
  /** `host:port`, if it listens. */
  readonly here: string | undefined
  /** The ref of an actor on the node that listens at `address`; links to that node first, if need be. */
  resolve<M>(address: string, path: string): Promise<ActorRef<M>>
}

/** What the runtime asks of a system's links, once it has some. */
export interface LinksSeam {
  /** The node whose frame is being delivered at this moment. */
  arrivingFrom(): string | undefined
  accounts(): readonly LinkAccount[]
}

/** What a system keeps for those that look into it. */
interface CoreOptions {
  readonly explain?: Partial<DecisionLimits> | undefined
  readonly ledger?: Partial<LedgerOptions> | undefined
}

/** What the cells of one system share. */
export class SystemCore {
  readonly name: string
  readonly environment: Environment
  readonly clock: Clock
  readonly random: Random
  readonly dispatcher: Dispatcher
  readonly ledger: Ledger
  /** What became of messages by their types, with samples. */
  readonly fates: Fates
  readonly events: EventStream
  /** Tells the log of failures and dead letters to which nobody has subscribed. */
  readonly unheard: Unheard
  /** What was decided here, for whoever asks why. */
  readonly decisions: DecisionLog
  readonly askDeadlines: AskDeadlines
  /** Of actors spawned without options; replaced once when interception begins. */
  defaults: ResolvedOptions
  /** Number on the wire → what it stands for; only what has crossed a link. */
  readonly exports: Map<number, Exported>
  interceptor: Interceptor | undefined
  /** Sees what the system does; only in a simulation. */
  observer: SystemObserver | undefined
  /** Bytes of the message that a link is handing in: its share of the frame it came in; 0 otherwise. */
  arrivingBytes: number
  /** Set by `ActorSystem`. */
  facade!: ActorSystem
  root!: Cell
  onCrash: (error: unknown) => void
  onTerminated: () => void
  onFacadeGone: ((cell: Cell) => void) | undefined
  /** Levels of the tree that are being stopped on the stack; see `children.ts`. */
  nesting: number
  /** Set by the links: an actor that other sides may know has terminated. */
  onExportedGone: ((cell: Cell, reason: TerminationReason) => void) | undefined
  /** Set by the links: follows waits that lead out of this system. */
  far: FarWaits | undefined
  /** Set by what can dial. */
  nodes: NodeSeam | undefined
  /** Set by the links. */
  links: LinksSeam | undefined
  #lastId: number

  constructor(
    name: string,
    environment: Environment,
    defaults: ResolvedOptions,
    { explain, ledger }: CoreOptions = {},
  ) {
    this.name = name
    this.environment = environment
    this.clock = environment.clock
    this.random = environment.random
    const { turns, clock, simulation } = environment
    this.dispatcher =
      simulation === undefined
        ? new Dispatcher(turns, clock)
        : new SeededDispatcher(turns, clock, simulation)
    this.ledger = new Ledger()
    this.events = new EventStream((error, event) => {
      environment.log.write('error', `a listener of ${event.type} failed in system ${name}`, {
        error: error instanceof Error ? error.message : error,
      })
    })
    this.unheard = new Unheard(environment.log, clock)
    this.decisions = new DecisionLog(clock, explain)
    this.fates = new Fates(
      {
        clock,
        slice: () => this.dispatcher.slices,
        sender: () => this.dispatcher.current?.path ?? this.links?.arrivingFrom(),
      },
      ledger,
    )
    this.askDeadlines = new AskDeadlines(environment.clock)
    this.defaults = defaults
    this.exports = new Map()
    this.interceptor = undefined
    this.observer = undefined
    this.arrivingBytes = 0
    this.onCrash = () => undefined
    this.onTerminated = () => undefined
    this.onFacadeGone = undefined
    this.nesting = 0
    this.onExportedGone = undefined
    this.far = undefined
    this.nodes = undefined
    this.links = undefined
    this.#lastId = 0
  }

  /** A number that no other actor, port or adapter of this system has. */
  nextId(): number {
    return ++this.#lastId
  }

  get rootPath(): string {
    return `troupe://${this.name}/`
  }

  /**
   * Gives up on a message that counts as sent; its fate is the reason. `isSending`: whoever is at work now has sent it;
   * otherwise it has waited.
   */
  deadLetter(
    message: unknown,
    recipient: AnyRef,
    reason: DropReason,
    isSending: boolean = true,
  ): void {
    this.drop(message, recipient, reason, isSending)
    // A dead letter about a dead letter that a listener did not take would never end.
    if (message === this.events.publishing && message !== undefined) return
    if (!this.events.wants('DeadLetter')) {
      this.unheard.deadLetter(message, recipient, reason)
      return
    }
    this.events.publish({ type: 'DeadLetter', message, recipient: recipient.path, reason })
  }

  /** Counts a message as dropped, without a word to anybody. */
  drop(message: unknown, recipient: AnyRef, reason: DropReason, isSending: boolean): void {
    this.ledger.drop(reason)
    this.fates.note(reason, message, recipient, isSending)
  }

  /** Counts a message as handed to a link, or (`by` -1) as taken back from it. */
  forwarded(message: unknown, by: 1 | -1): void {
    this.ledger.forwarded += by
    if (this.fates.countsAll) this.fates.add('forwarded', message, by)
  }

  /** Counts a message as failed, unless its handler has stashed it before it failed: then it is put off. */
  failed(message: unknown, receiver: Cell): void {
    if (receiver.extension?.stash?.hasMessageInHand === true) {
      this.ledger.handled++
      return
    }
    this.ledger.failed++
    this.fates.note('failed', message, receiver, false)
  }

  /** The message in hand, which will be counted as handled, has another fate. */
  giveUp(cell: Cell, message: unknown, reason: DropReason): void {
    this.ledger.handled--
    if (this.fates.countsAll) this.fates.add('handled', message, -1)
    this.deadLetter(message, cell, reason, false)
  }

  publishDirective(
    child: Cell,
    error: unknown,
    kind: ChildFailure['kind'],
    decision: Decision,
  ): void {
    if (this.decisions.isOn) noteDirective(this.decisions, child, error, kind, decision)
    if (!this.events.wants('ChildFailed')) {
      this.unheard.childFailed(child, error, decision)
      return
    }
    this.events.publish({ type: 'ChildFailed', path: child.path, error, ...decision })
  }

  publishFailureWhileStopping(cell: Cell, error: unknown): void {
    if (this.events.wants('FailureIgnored')) {
      this.events.publish({ type: 'FailureIgnored', path: cell.path, error })
    } else this.unheard.failureIgnored(cell, error)
  }

  publishAbandoned(cell: Cell, afterMs: number): void {
    if (this.events.wants('ActorAbandoned')) {
      this.events.publish({ type: 'ActorAbandoned', path: cell.path, afterMs })
    } else this.unheard.abandoned(cell, afterMs)
  }

  /** A failure was escalated past the root. */
  crashed(error: unknown): void {
    this.onCrash(error)
  }

  terminated(): void {
    this.unheard.close()
    this.onTerminated()
  }

  facadeGone(cell: Cell): void {
    this.onFacadeGone?.(cell)
  }

  /** Counts what waits in mailboxes and what cells have not folded into the ledger yet. */
  snapshot(): LedgerSnapshot {
    let inFlight = 0
    let unfolded = 0
    for (const cell of this.cells()) {
      unfolded += (cell.tail - cell.counted) | 0
      inFlight += countMessages(cell)
    }
    return this.ledger.snapshot(inFlight, unfolded)
  }

  /** Every cell of the tree, parents first. */
  *cells(): Generator<Cell> {
    let cell: Cell | undefined = this.root
    while (cell !== undefined) {
      yield cell
      let next: Cell | undefined = cell.extension?.firstChild
      while (next === undefined && cell !== undefined) {
        next = cell.next
        if (next === undefined) cell = cell.parent
      }
      cell = next
    }
  }

  /** Cells whose handler has returned a promise that has not settled. */
  awaitingCells(): Cell[] {
    return [...this.cells()].filter((cell) => (cell.status & AWAITING) !== 0)
  }
}

function countMessages(cell: Cell): number {
  if (cell.entries === 0 || cell.buffer === undefined) return cell.depth
  let count = 0
  for (let i = 0; i < cell.depth; i++) {
    if (isUserMessage(cell.buffer[(cell.head + i) & cell.mask])) count++
  }
  return count
}

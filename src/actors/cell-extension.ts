import type { ActorRef } from './actor-ref.ts'
import type { AskPort } from './ask.ts'
import type { Wait } from './ask-cycles.ts'
import type { Cell } from './cell.ts'
import type { MailboxRoom } from './mailbox-room.ts'
import type { RemoteBody, RemoteParent } from './remote-seam.ts'
import type { StashOfCell } from './stash-of-cell.ts'
import type { Supervisor, SupervisorStrategy } from './supervisor.ts'
import type { TimersOfCell } from './timers-of-cell.ts'
import type { TerminationReason } from './signals.ts'
import type { Timer } from '../platform/index.ts'
import type { WatchTarget, Watcher } from './watching.ts'

/** What only some actors need; made at its first use. */
export interface CellExtension {
  firstChild: Cell | undefined
  lastChild: Cell | undefined
  childCount: number
  names: Map<string, Cell> | undefined
  /** The strategy that the running behavior brought along. */
  strategy: SupervisorStrategy | undefined
  supervisor: Supervisor | undefined
  /** Called once the last child is gone, while the cell stops or restarts. */
  childrenGone: (() => void) | undefined
  stoppingChildren: 'stop' | 'kill'
  inStopLoop: boolean
  /** How long it may still take to stop; after a kill, until it is given up. */
  shutdownTimer: Timer | undefined
  isKilled: boolean
  restarts: number
  restartTimer: Timer | undefined
  failure: unknown
  /** Its start has failed: there is no state to go on with. */
  isUnstarted: boolean
  /** What to do once the handler at work has ended. */
  pending: (() => void) | undefined
  /** 0 none, 1 resume or restart, 2 stop: a stronger one replaces a weaker one. */
  pendingRank: number
  stopReason: TerminationReason
  /** Resolves the promises of `stop` and `kill`. */
  whenStopped: (() => void)[] | undefined
  watchers: Map<object, Watcher> | undefined
  watching: Set<WatchTarget> | undefined
  timers: TimersOfCell | undefined
  stash: StashOfCell | undefined
  firstAsk: AskPort | undefined
  /** What its handlers have asked, the latest first, with a count until the next sweep. */
  asked: Wait | undefined
  askedCount: number
  /** Who waits for a place in the mailbox; made for the first. */
  room: MailboxRoom | undefined
  /** A router: what was offered to it is offered on. */
  handsOffersOn: boolean
  /** The message in hand was offered. */
  isOfferInHand: boolean
  sender: ActorRef<unknown> | undefined
  /** Promises the cell waits for besides the first: a handler became an async set-up meanwhile. */
  alsoAwaiting: number
  queuedBytes: number
  /** User messages among the entries of the mailbox. */
  enveloped: number
  body: RemoteBody | undefined
  remoteParent: RemoteParent | undefined
  /** The nact facade of this actor, once nact has asked for one. */
  facade: object | undefined
  exported: boolean
}

export function newExtension(): CellExtension {
  return {
    firstChild: undefined,
    lastChild: undefined,
    childCount: 0,
    names: undefined,
    strategy: undefined,
    supervisor: undefined,
    childrenGone: undefined,
    stoppingChildren: 'stop',
    inStopLoop: false,
    shutdownTimer: undefined,
    isKilled: false,
    restarts: 0,
    restartTimer: undefined,
    failure: undefined,
    isUnstarted: false,
    pending: undefined,
    pendingRank: 0,
    stopReason: 'stopped',
    whenStopped: undefined,
    watchers: undefined,
    watching: undefined,
    timers: undefined,
    stash: undefined,
    firstAsk: undefined,
    asked: undefined,
    askedCount: 0,
    room: undefined,
    handsOffersOn: false,
    isOfferInHand: false,
    sender: undefined,
    alsoAwaiting: 0,
    queuedBytes: 0,
    enveloped: 0,
    body: undefined,
    remoteParent: undefined,
    facade: undefined,
    exported: false,
  }
}

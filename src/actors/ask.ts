import { onAbort } from './abort.ts'
import { showAsPath } from './cell-path.ts'
import type { ActorRef } from './actor-ref.ts'
import { lookRound, noteWait } from './ask-cycles.ts'
import type { Wait } from './ask-cycles.ts'
import { AWAITING, STOPPED, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { AskError } from './errors.ts'
import type { AskBucket } from './ask-deadlines.ts'
import { offerEnded } from './offer-errors.ts'
import { slowTell } from './mailbox.ts'
import type { SystemCore } from './system-core.ts'
import type { WatchTarget, Watcher } from './watching.ts'

export interface AskOptions {
  /** How long to wait for the reply, in ms; 5,000 by default. May end up to 1/16 late. */
  readonly timeoutMs?: number
  /** Ends the ask with `TROUPE_ASK_ABORTED`. */
  readonly signal?: AbortSignal
  /**
   * While the asking handler waits for the reply, it may be called back: what would close a circle of waits through it
   * is handled in the middle of it. Its state may change while it waits.
   */
  readonly reentrant?: boolean
}

/** What an ask waits on besides its deadline; a cell, or a link. */
export interface AskHolder {
  firstAsk: AskPort | undefined
}

/**
 * The one-shot ref that an ask puts into its message. It sits in two lists: that of its deadline and
 * that of its receiver, so that either can end it.
 */
export class AskPort implements ActorRef<unknown>, WatchTarget {
  readonly system: SystemCore
  readonly target: ActorRef<never>
  #resolve: (value: unknown) => void
  #reject: (error: unknown) => void
  settled: boolean
  bucket: AskBucket | undefined
  bucketPrevious: AskPort | undefined
  bucketNext: AskPort | undefined
  holder: AskHolder | undefined
  holderPrevious: AskPort | undefined
  holderNext: AskPort | undefined
  /** Its number on the wire, once it has crossed a link. */
  exportId: number
  stopListening: (() => void) | undefined
  /** Of an ask that an actor's handler has made. */
  wait: Wait | undefined

  constructor(
    system: SystemCore,
    target: ActorRef<never>,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.system = system
    this.target = target
    this.#resolve = resolve
    this.#reject = reject
    this.settled = false
    this.bucket = undefined
    this.bucketPrevious = undefined
    this.bucketNext = undefined
    this.holder = undefined
    this.holderPrevious = undefined
    this.holderNext = undefined
    this.exportId = 0
    this.stopListening = undefined
    this.wait = undefined
  }

  tell(message: unknown): void {
    const { ledger, observer } = this.system
    if (observer !== undefined) observer.replied(this, message, this.settled)
    ledger.sent++
    if (this.settled) {
      this.system.deadLetter(message, this, 'late-reply')
      return
    }
    ledger.handled++
    const { fates } = this.system
    if (fates.countsAll) fates.add('handled', message, 1)
    this.#end()
    this.#resolve(message)
  }

  ask<R>(build: (replyTo: ActorRef<R>) => unknown, options?: AskOptions): Promise<R> {
    return askVia(this.system, this, build, options)
  }

  /** A reply, which finds its place at once or never. */
  offer(message: unknown): Promise<void> {
    if (this.settled) return Promise.reject(offerEnded(this.path))
    this.tell(message)
    return Promise.resolve()
  }

  get path(): string {
    return `${this.target.path}?ask`
  }

  fail(error: unknown): void {
    if (this.settled) return
    this.#end()
    this.#reject(error)
  }

  addWatcher(_key: object, watcher: Watcher): void {
    // A port is no actor: it is gone as soon as it is looked at.
    watcher.terminated(this, 'stopped', undefined)
  }

  removeWatcher(): void {
    // Never holds a watcher.
  }

  #end(): void {
    this.settled = true
    if (this.bucket !== undefined) unlinkFromBucket(this, this.bucket)
    if (this.holder !== undefined) unlinkFromHolder(this, this.holder)
    if (this.exportId !== 0) this.system.exports.delete(this.exportId)
    this.stopListening?.()
    if (this.wait !== undefined) this.wait.message = undefined
  }
}

showAsPath(AskPort.prototype)

function unlinkFromBucket(port: AskPort, bucket: AskBucket): void {
  const { bucketPrevious, bucketNext } = port
  if (bucketPrevious === undefined) bucket.first = bucketNext
  else bucketPrevious.bucketNext = bucketNext
  if (bucketNext !== undefined) bucketNext.bucketPrevious = bucketPrevious
}

function unlinkFromHolder(port: AskPort, holder: AskHolder): void {
  const { holderPrevious, holderNext } = port
  if (holderPrevious === undefined) holder.firstAsk = holderNext
  else holderPrevious.holderNext = holderNext
  if (holderNext !== undefined) holderNext.holderPrevious = holderPrevious
}

/** Puts a port in front of what its receiver must fail when it goes. */
export function hold(holder: AskHolder, port: AskPort): void {
  const first = holder.firstAsk
  port.holder = holder
  port.holderNext = first
  if (first !== undefined) first.holderPrevious = port
  holder.firstAsk = port
}

/** Fails every ask that waits on `holder`. */
export function failHeld(holder: AskHolder, errorFor: (port: AskPort) => unknown): void {
  while (holder.firstAsk !== undefined) holder.firstAsk.fail(errorFor(holder.firstAsk))
}

export function askCell<R>(
  cell: Cell,
  build: (replyTo: ActorRef<R>) => unknown,
  options: AskOptions | undefined,
): Promise<R> {
  const asker = cell.system.dispatcher.current
  if (asker !== undefined) return askCellBy(asker, cell, build, options)
  return new Promise<R>((resolve, reject) => {
    const port = new AskPort(cell.system, cell, resolve as (value: unknown) => void, reject)
    if (!begin(port, options)) return
    hold(cell.ext, port)
    put(cell, port, built(build, port))
  })
}

/** As `askCell`, by a handler of `asker`, which may come to wait for the reply. */
function askCellBy<R>(
  asker: Cell,
  cell: Cell,
  build: (replyTo: ActorRef<R>) => unknown,
  options: AskOptions | undefined,
): Promise<R> {
  let wait: Wait | undefined
  const reply = new Promise<R>((resolve, reject) => {
    const port = new AskPort(cell.system, cell, resolve as (value: unknown) => void, reject)
    if (!begin(port, options)) return
    hold(cell.ext, port)
    const message = built(build, port)
    wait = noted(asker, port, message, options)
    put(cell, port, message)
  })
  if (wait !== undefined) begun(wait, reply)
  return reply
}

function put(cell: Cell, port: AskPort, message: unknown): void {
  const depth = (cell.tail - cell.head) | 0
  if (depth < cell.room) cell.tell(message)
  else if (!slowTell(cell, message, undefined)) port.fail(refusedError(cell))
}

/** Notes that a handler of `asker` has made the ask. */
function noted(
  asker: Cell,
  port: AskPort,
  message: unknown,
  options: AskOptions | undefined,
): Wait {
  const wait = noteWait(asker, port, message, options?.reentrant === true)
  port.wait = wait
  return wait
}

/** A handler that has returned its promise waits at once; others when they do. */
function begun(wait: Wait, reply: Promise<unknown>): void {
  wait.promise = reply
  if ((wait.asker.status & AWAITING) !== 0) lookRound(wait)
}

/** The message of an ask; if it can't be made, the ask ends with that. */
function built<R>(build: (replyTo: ActorRef<R>) => unknown, port: AskPort): unknown {
  try {
    return build(port)
  } catch (error) {
    port.fail(error)
    throw error
  }
}

/** Asks through any ref that is not a cell. */
export function askVia<R>(
  system: SystemCore,
  target: ActorRef<never>,
  build: (replyTo: ActorRef<R>) => unknown,
  options: AskOptions | undefined,
  holder?: AskHolder,
): Promise<R> {
  const asker = system.dispatcher.current
  let wait: Wait | undefined
  const reply = new Promise<R>((resolve, reject) => {
    const port = new AskPort(system, target, resolve as (value: unknown) => void, reject)
    if (!begin(port, options)) return
    if (holder !== undefined) hold(holder, port)
    const message = built(build, port)
    if (asker !== undefined) wait = noted(asker, port, message, options)
    target.tell(message as never)
  })
  if (wait !== undefined) begun(wait, reply)
  return reply
}

/** Sets the deadline and listens to the signal; false if the ask has ended with that. */
function begin(port: AskPort, options: AskOptions | undefined): boolean {
  port.system.askDeadlines.add(port, options?.timeoutMs)
  const signal = options?.signal
  if (signal === undefined) return true
  const abort = (): void => {
    port.fail(
      new AskError('TROUPE_ASK_ABORTED', `the ask to ${port.target.path} was aborted`, {
        cause: signal.reason,
        data: { path: port.target.path },
      }),
    )
  }
  if (signal.aborted) {
    abort()
    return false
  }
  port.stopListening = onAbort(signal, abort)
  return true
}

function refusedError(cell: Cell): AskError {
  const gone = (cell.status & (STOPPED | STOPPING)) !== 0
  return gone
    ? terminatedError(cell.path)
    : new AskError(
        'TROUPE_ASK_REFUSED',
        `${cell.path} did not take the message: its mailbox is full (${String(cell.options.capacity)} messages)`,
        { data: { path: cell.path, capacity: cell.options.capacity } },
      )
}

export function terminatedError(path: string): AskError {
  return new AskError('TROUPE_ASK_TARGET_TERMINATED', `${path} has terminated and will not reply`, {
    data: { path },
  })
}

/** The receiver is gone: its asks end. */
export function failAsks(cell: Cell): void {
  const ext = cell.extension
  if (ext?.firstAsk === undefined) return
  const error = terminatedError(cell.path)
  failHeld(ext, () => error)
}

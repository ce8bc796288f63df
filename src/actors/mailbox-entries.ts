import type { ActorRef } from './actor-ref.ts'
import type { Signal } from './signals.ts'

/**
 * What may stand in a mailbox besides user messages. A cell counts how many of them its mailbox
 * holds, so that plain messages never pay for the look.
 */
export abstract class Entry {
  abstract readonly kind: 'stop' | 'signal' | 'enveloped' | 'room'
}

/** `stop` stands in line behind the messages sent before it. */
export class StopEntry extends Entry {
  override readonly kind = 'stop'
}

export const stopEntry: StopEntry = new StopEntry()

/**
 * A notice of the runtime: of an end, which keeps its place behind the messages that its subject sent
 * before; or of a timer that has fired.
 */
export class SignalEntry extends Entry {
  override readonly kind = 'signal'
  /** None for a timer. */
  readonly signal: Signal | undefined
  /** Withdrawn, by `unwatch` or `cancel`, before it was handled. */
  withdrawn = false
  /** Called once when it leaves the mailbox to be handled. */
  onTaken: (() => void) | undefined = undefined
  /** The user message it becomes: the timer's, or what the watcher named. */
  readonly message: { readonly value: unknown } | undefined

  constructor(signal: Signal | undefined, message: { readonly value: unknown } | undefined) {
    super()
    this.signal = signal
    this.message = message
  }
}

/** What a receiver is made to fail with in place of handling a message. */
export interface InjectedError {
  readonly error: unknown
}

/** A user message with what only some messages have: a declared size, a nact sender, an injected failure, a wish to wait. */
export class EnvelopedEntry extends Entry {
  override readonly kind = 'enveloped'
  readonly message: unknown
  readonly sizeBytes: number
  readonly sender: ActorRef<unknown> | undefined
  readonly injected: InjectedError | undefined
  /** It was offered, and its receiver hands offers on as offers. */
  readonly isOffered: boolean

  constructor(
    message: unknown,
    sizeBytes: number,
    sender: ActorRef<unknown> | undefined,
    injected?: InjectedError,
    isOffered = false,
  ) {
    super()
    this.message = message
    this.sizeBytes = sizeBytes
    this.sender = sender
    this.injected = injected
    this.isOffered = isOffered
  }
}

/** Whether an entry counts as a message in the ledger. */
export function isUserMessage(entry: unknown): boolean {
  return !(entry instanceof Entry) || entry.kind === 'enveloped'
}

/** The user message in an entry. */
export function messageOf(entry: unknown): unknown {
  if (entry instanceof EnvelopedEntry) return entry.message
  return entry instanceof SignalEntry ? entry.message?.value : entry
}

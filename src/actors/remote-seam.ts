import type { OfferOptions } from './offer.ts'
import type { RoomSource } from './offer-claims.ts'
import type { TerminationReason } from './signals.ts'

/**
 * The far half of an actor that lives behind a link, as its place in the tree sees it. The link calls back
 * through `failCell` and `remoteTerminated` of `lifecycle.ts`.
 */
export interface RemoteBody {
  tell(message: unknown): void
  /** Sends a message when there is a place for it; without it, every message is taken at once. */
  offer?(message: unknown, options: OfferOptions | undefined): Promise<void>
  /** Where places in its mailbox are to be had from here; with `offer`. */
  readonly places?: RoomSource
  /** Carries out a directive on the suspended actor; after a lost node, starts it elsewhere. */
  restart(error: unknown): void
  resume(): void
  /** Stops it behind the messages sent before, or at once. */
  stop(how: 'stop' | 'kill'): void
  /** The place in the tree is gone; forget it. */
  dispose(): void
}

/** The parent across the link, as the near half of a remotely started actor sees it. */
export interface RemoteParent {
  failed(error: unknown): void
  terminated(reason: TerminationReason, error: unknown): void
}

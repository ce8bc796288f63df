import type { AskOptions } from './ask.ts'
import type { OfferOptions } from './offer.ts'

/**
 * The address of an actor that takes messages of type `M`; the same whether the actor lives in this
 * thread, in another one or on another node. Contravariant: a ref of `A | B` is a ref of `A`, never
 * the other way round.
 */
export interface ActorRef<in M = never> {
  /**
   * Sends a message: at most once, in order per sender and receiver. Never throws; what can't be
   * delivered becomes a dead letter with its reason.
   */
  readonly tell: (message: M) => void
  /**
   * Sends the message that `build` makes with a one-shot ref for the reply. Settles by reply,
   * deadline, abort or death of the receiver; never hangs.
   *
   * @throws TROUPE_ASK_TIMEOUT, TROUPE_ASK_ABORTED, TROUPE_ASK_TARGET_TERMINATED, TROUPE_ASK_REFUSED,
   * TROUPE_ASK_TIMEOUT_INVALID; over links also TROUPE_NODE_LOST, TROUPE_LINK_FULL, TROUPE_CODEC_UNENCODABLE,
   * TROUPE_CODEC_TOO_LARGE
   */
  readonly ask: <R>(build: (replyTo: ActorRef<R>) => M, options?: AskOptions) => Promise<R>
  /**
   * Sends a message that waits for its place: resolves when the receiver's mailbox has room for it and it has been
   * taken, here or over a link. Rejected, it was not sent. Offers to one actor keep their order.
   *
   * @throws TROUPE_OFFER_TIMEOUT, TROUPE_OFFER_ABORTED, TROUPE_OFFER_TARGET_TERMINATED, TROUPE_OFFER_TOO_MANY,
   * TROUPE_OFFER_TOO_LARGE, TROUPE_OFFER_REFUSED, TROUPE_NODE_LOST, TROUPE_CODEC_UNENCODABLE
   */
  readonly offer: (message: M, options?: OfferOptions) => Promise<void>
  /** Such as `troupe://orders/user/cart-7`; for people, for `system.find`, and for `resolve` of a remote node. */
  readonly path: string
}

/** A ref whose message type is of no interest: to watch, stop or list it. */
export type AnyRef = ActorRef<never>

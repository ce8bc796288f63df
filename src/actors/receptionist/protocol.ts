import type { ActorRef, AnyRef } from '../actor-ref.ts'

/** Who offers a service, in the order in which they registered. */
export interface Listing<M = never> {
  readonly type: 'Listing'
  /** The name of the service key. */
  readonly key: string
  readonly refs: readonly ActorRef<M>[]
}

/** What the actor at `/system/receptionist` takes; `system.receptionist` is the convenient way. */
export type ReceptionistMessage =
  | { readonly type: 'Register'; readonly key: string; readonly ref: AnyRef }
  | { readonly type: 'Deregister'; readonly key: string; readonly ref: AnyRef }
  | { readonly type: 'Find'; readonly key: string; readonly replyTo: ActorRef<Listing> }
  /** The subscriber gets a `Listing` at once and after every change, until it terminates. */
  | { readonly type: 'Subscribe'; readonly key: string; readonly subscriber: ActorRef<Listing> }
  | { readonly type: 'Unsubscribe'; readonly key: string; readonly subscriber: ActorRef<Listing> }

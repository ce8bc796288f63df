import type { ActorContext } from './context.ts'
import type { Signal } from './signals.ts'
import type { SupervisorStrategy } from './supervisor.ts'

declare const messageType: unique symbol

/**
 * What an actor does with messages of type `M`: an immutable description, of which an actor runs one
 * incarnation after another. Made by the combinators of this file.
 */
export interface Behavior<in M> {
  readonly [messageType]?: (message: M) => void
  readonly kind: 'receive' | 'stateful' | 'setup' | 'stopped' | 'same' | 'unhandled'
  /** Where the behavior can be found again on another thread or node; set by `registered`. */
  readonly origin?: BehaviorOrigin
  /** How actors of this behavior supervise their children, unless `spawn` says otherwise. */
  readonly supervision?: SupervisorStrategy
  /** Which messages from links its actors take; set by `accepting`. */
  readonly accepts?: (message: unknown) => boolean
}

/** How a registered behavior travels: by name (and module, for threads), with plain props. */
export interface BehaviorOrigin {
  readonly name: string
  readonly module: string
  readonly props: unknown
}

type Maybe<T> = T | Promise<T>

/** `(state, message, ctx) => state`: returns the next state, or a promise of it. */
export type StateFunction<S, M> = (state: S, message: M, ctx: ActorContext<M>) => Maybe<S>

/** Returns the next behavior, or nothing to stay as it is. */
export type ReceiveFunction<M> = (message: M, ctx: ActorContext<M>) => Maybe<Behavior<M> | void>

export interface ReceiveBehavior<M> extends Behavior<M> {
  readonly kind: 'receive'
  readonly receive: ReceiveFunction<M>
  readonly signal: ((signal: Signal, ctx: ActorContext<M>) => Maybe<Behavior<M> | void>) | undefined
}

export interface StatefulBehavior<S, M> extends Behavior<M> {
  readonly kind: 'stateful'
  readonly initial: (ctx: ActorContext<M>) => S
  /** Set when `initial` is a plain value, so that an idle actor needs no start. */
  readonly constant: { readonly value: S } | undefined
  readonly step: StateFunction<S, M>
  readonly signal: ((state: S, signal: Signal, ctx: ActorContext<M>) => Maybe<S>) | undefined
}

export interface SetupBehavior<M> extends Behavior<M> {
  readonly kind: 'setup'
  readonly start: (ctx: ActorContext<M>) => Maybe<Behavior<M>>
}

/** A bare `(state, message, ctx) => state`; its first state is `undefined`, so give it a default. */
export type BareFunction<M> = (state: never, message: M, ctx: ActorContext<M>) => unknown

/** A behavior, or a bare function of state and message. */
export type BehaviorLike<M> = Behavior<M> | BareFunction<M>

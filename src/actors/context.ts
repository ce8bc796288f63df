import type { Environment, Log } from '../platform/index.ts'
import type { ActorRef, AnyRef } from './actor-ref.ts'
import type { AskOptions } from './ask.ts'
import type { ActorSystem } from './actor-system.ts'
import type { BehaviorLike } from './behavior.ts'
import type { SpawnOptions } from './spawn-options.ts'
import type { Stash } from './stash.ts'
import type { Timers } from './timers.ts'

/** What a behavior can reach; valid for its own actor and while it handles a message. */
export interface ActorContext<in out M> {
  readonly self: ActorRef<M>
  readonly parent: AnyRef | undefined
  readonly name: string
  readonly path: string
  readonly system: ActorSystem
  readonly environment: Environment
  readonly log: Log
  /** Restarts of this actor so far. */
  readonly restarts: number
  /** The sender, if the message came through nact's `dispatch` or `query`; otherwise undefined. */
  readonly sender: ActorRef<unknown> | undefined

  /**
   * Starts a child and returns its ref at once.
   * @throws TROUPE_ACTOR_NAME_TAKEN, TROUPE_ACTOR_NAME_ILLEGAL, TROUPE_ACTOR_STOPPING, TROUPE_BEHAVIOR_INVALID,
   * TROUPE_BEHAVIOR_NOT_REGISTERED, TROUPE_SPAWN_OPTION_INVALID, TROUPE_SPAWN_OPTION_LOCAL
   */
  spawn<N>(behavior: BehaviorLike<N>, name?: string, options?: SpawnOptions<N>): ActorRef<N>
  /** The children in the order they were spawned. */
  children(): readonly AnyRef[]
  child(name: string): AnyRef | undefined
  readonly childCount: number

  /** Asks for one `Terminated` about `ref`, as a signal or as `message`. */
  watch(ref: AnyRef, message?: M): void
  unwatch(ref: AnyRef): void

  /** Stops this actor after the message it handles. */
  stop(): void
  /** Stops a child, gracefully; resolves when it has terminated. @throws TROUPE_ACTOR_NOT_A_CHILD */
  stop(child: AnyRef): Promise<void>
  /** Stops a child before the messages that wait for it. @throws TROUPE_ACTOR_NOT_A_CHILD */
  kill(child: AnyRef): Promise<void>

  /** Handles further messages by another behavior. */
  become(behavior: BehaviorLike<M>): void
  readonly timers: Timers<M>
  readonly stash: Stash<M>

  /**
   * As `ref.ask`, by this actor; also after an `await`, where a plain ask can't know its asker. Fails at once if its actor
   * would wait in a circle.
   * @throws TROUPE_ASK_CYCLE, and what `ask` throws.
   */
  ask<N, R>(ref: ActorRef<N>, build: (replyTo: ActorRef<R>) => N, options?: AskOptions): Promise<R>
  /**
   * Turns the outcome of a promise into a message to this actor, or to its next incarnation. `toMessage` runs outside the
   * actor's turns, and so must not touch its state; if it throws, the actor fails.
   */
  pipeToSelf<T>(promise: Promise<T>, toMessage: (value: T | undefined, error: unknown) => M): void
  /**
   * A ref for another protocol; what it gets is translated and told to this actor. `translate` runs at once, where the
   * message is sent, and so must not touch the actor's state; if it throws, the actor fails. Make one in the set-up, not
   * one for each message: once it has crossed a link, it is kept until the actor terminates.
   */
  adapter<N>(translate: (message: N) => M): ActorRef<N>
  /** Counts the message in hand as unhandled and publishes it as a dead letter. */
  unhandled(): void
}

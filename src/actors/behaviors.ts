import type {
  Behavior,
  BehaviorLike,
  ReceiveBehavior,
  ReceiveFunction,
  SetupBehavior,
  StateFunction,
  StatefulBehavior,
} from './behavior.ts'
import type { ActorContext } from './context.ts'
import { BehaviorError } from './errors.ts'
import type { RegisteredBehavior } from './registered.ts'
import type { Signal } from './signals.ts'
import type { Stash } from './stash.ts'
import type { Timers } from './timers.ts'

type Maybe<T> = T | Promise<T>

/** Stay as you are. */
export const same: Behavior<unknown> = { kind: 'same' }
/** Stop after this message. */
export const stopped: Behavior<unknown> = { kind: 'stopped' }
/** Stay as you are, and count the message as unhandled. */
export const unhandled: Behavior<unknown> = { kind: 'unhandled' }

/**
 * A behavior that returns the next behavior for each message, or nothing to stay the same.
 * `signal` gets `Terminated` of watched actors, `PreRestart` and `PostStop`.
 */
export function receive<M>(
  onMessage: ReceiveFunction<M>,
  signal?: (signal: Signal, ctx: ActorContext<M>) => Maybe<Behavior<M> | void>,
): Behavior<M> {
  const behavior: ReceiveBehavior<M> = { kind: 'receive', receive: onMessage, signal }
  return behavior
}

/**
 * A behavior that is a function of its state: `(state, message, ctx) => state`. With a function as
 * `initial`, each incarnation begins with what it returns; a value is taken as it is, so never mutate it.
 */
export function stateful<S, M>(
  initial: S | ((ctx: ActorContext<M>) => S),
  step: StateFunction<S, M>,
  signal?: (state: S, signal: Signal, ctx: ActorContext<M>) => Maybe<S>,
): Behavior<M> {
  const behavior: StatefulBehavior<S, M> =
    typeof initial === 'function'
      ? {
          kind: 'stateful',
          initial: initial as (ctx: ActorContext<M>) => S,
          constant: undefined,
          step,
          signal,
        }
      : { kind: 'stateful', initial: () => initial, constant: { value: initial }, step, signal }
  return behavior
}

/** A behavior that is made anew for each incarnation, with its context at hand. May be async. */
export function setup<M>(start: (ctx: ActorContext<M>) => Maybe<Behavior<M>>): Behavior<M> {
  const behavior: SetupBehavior<M> = { kind: 'setup', start }
  return behavior
}

/** A behavior with a stash at hand. */
export function withStash<M>(
  make: (stash: Stash<M>, ctx: ActorContext<M>) => Maybe<Behavior<M>>,
): Behavior<M> {
  return setup((ctx) => make(ctx.stash, ctx))
}

/** A behavior with timers at hand; they end with the incarnation. */
export function withTimers<M>(
  make: (timers: Timers<M>, ctx: ActorContext<M>) => Maybe<Behavior<M>>,
): Behavior<M> {
  return setup((ctx) => make(ctx.timers, ctx))
}

/** The bare functions seen so far; a function becomes one behavior, however often it is spawned. */
const bare: WeakMap<object, Behavior<never>> = new WeakMap()

/** The behavior that `like` stands for. @throws TROUPE_BEHAVIOR_INVALID */
export function toBehavior<M>(like: BehaviorLike<M>): Behavior<M> {
  if (typeof like === 'function') {
    if ('behaviorName' in like)
      throw notCalled((like as Partial<RegisteredBehavior<never, M>>).behaviorName)
    let behavior = bare.get(like)
    if (behavior === undefined) {
      behavior = stateful<undefined, M>(undefined, like as unknown as StateFunction<undefined, M>)
      bare.set(like, behavior)
    }
    return behavior as Behavior<M>
  }
  if (typeof like === 'object' && like !== null && 'kind' in (like as object)) return like
  throw new BehaviorError(
    'TROUPE_BEHAVIOR_INVALID',
    `${like === null ? 'null' : typeof like} is no behavior: pass a function of (state, message, ctx), or receive(…), stateful(…), setup(…)`,
    { data: { given: like === null ? 'null' : typeof like } },
  )
}

/** Registered behaviors are functions of their props, and would pass for bare functions of a state. */
function notCalled(name: string | undefined): BehaviorError {
  return new BehaviorError(
    'TROUPE_BEHAVIOR_INVALID',
    `the registered behavior '${String(name)}' makes behaviors from props: call it, as in ${String(name)}(props)`,
    { data: { given: 'registered', name: String(name) } },
  )
}

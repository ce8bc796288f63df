import type { AnyRef } from '../actor-ref.ts'
import type { Behavior } from '../behavior.ts'
import { stateful } from '../behaviors.ts'
import type { ActorContext } from '../context.ts'
import { aRef, aText, accepting, protocol } from '../shapes/index.ts'
import type { ReceptionistMessage } from './protocol.ts'
import {
  deregister,
  forget,
  knows,
  listing,
  register,
  subscribe,
  subscribersOf,
  unsubscribe,
} from './state.ts'
import type { ReceptionistState } from './state.ts'

type Context = ActorContext<ReceptionistMessage>

/** The actor that knows who offers which service; entries leave when their actor terminates. */
export const receptionist: Behavior<ReceptionistMessage> = accepting(
  protocol<ReceptionistMessage>({
    Register: { key: aText, ref: aRef },
    Deregister: { key: aText, ref: aRef },
    Find: { key: aText, replyTo: aRef },
    Subscribe: { key: aText, subscriber: aRef },
    Unsubscribe: { key: aText, subscriber: aRef },
  }),
  stateful<ReceptionistState, ReceptionistMessage>(new Map(), handle, (state, signal) => {
    if (signal.type !== 'Terminated') return state
    const [next, changed] = forget(state, signal.ref)
    for (const key of changed) announce(next, key)
    return next
  }),
)

function handle(
  state: ReceptionistState,
  message: ReceptionistMessage,
  ctx: Context,
): ReceptionistState {
  switch (message.type) {
    case 'Register': {
      ctx.watch(message.ref)
      return announced(state, register(state, message.key, message.ref), message.key)
    }
    case 'Deregister': {
      const next = deregister(state, message.key, message.ref)
      unwatchUnknown(next, message.ref, ctx)
      return announced(state, next, message.key)
    }
    case 'Find':
      message.replyTo.tell(listing(state, message.key))
      return state
    case 'Subscribe': {
      ctx.watch(message.subscriber)
      const next = subscribe(state, message.key, message.subscriber)
      message.subscriber.tell(listing(next, message.key))
      return next
    }
    case 'Unsubscribe': {
      const next = unsubscribe(state, message.key, message.subscriber)
      unwatchUnknown(next, message.subscriber, ctx)
      return next
    }
  }
}

function announced(
  before: ReceptionistState,
  after: ReceptionistState,
  key: string,
): ReceptionistState {
  if (after !== before) announce(after, key)
  return after
}

function announce(state: ReceptionistState, key: string): void {
  for (const subscriber of subscribersOf(state, key)) subscriber.tell(listing(state, key))
}

function unwatchUnknown(state: ReceptionistState, ref: AnyRef, ctx: Context): void {
  if (!knows(state, ref)) ctx.unwatch(ref)
}

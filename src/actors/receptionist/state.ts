import type { ActorRef, AnyRef } from '../actor-ref.ts'
import type { Listing } from './protocol.ts'

/** One service: who offers it, and who wants to know. */
interface Service {
  readonly refs: readonly AnyRef[]
  readonly subscribers: readonly ActorRef<Listing>[]
}

/** Key → its service; keys without refs and subscribers are left out. */
export type ReceptionistState = ReadonlyMap<string, Service>

const nobody: Service = { refs: [], subscribers: [] }

export function listing(state: ReceptionistState, key: string): Listing {
  return { type: 'Listing', key, refs: (state.get(key) ?? nobody).refs }
}

export function subscribersOf(state: ReceptionistState, key: string): readonly ActorRef<Listing>[] {
  return (state.get(key) ?? nobody).subscribers
}

/** The state with `ref` under `key`; the same state if it was there. */
export function register(state: ReceptionistState, key: string, ref: AnyRef): ReceptionistState {
  const service = state.get(key) ?? nobody
  if (service.refs.includes(ref)) return state
  return put(state, key, { ...service, refs: [...service.refs, ref] })
}

export function deregister(state: ReceptionistState, key: string, ref: AnyRef): ReceptionistState {
  const service = state.get(key) ?? nobody
  if (!service.refs.includes(ref)) return state
  return put(state, key, { ...service, refs: service.refs.filter((other) => other !== ref) })
}

export function subscribe(
  state: ReceptionistState,
  key: string,
  subscriber: ActorRef<Listing>,
): ReceptionistState {
  const service = state.get(key) ?? nobody
  if (service.subscribers.includes(subscriber)) return state
  return put(state, key, { ...service, subscribers: [...service.subscribers, subscriber] })
}

export function unsubscribe(
  state: ReceptionistState,
  key: string,
  subscriber: AnyRef,
): ReceptionistState {
  const service = state.get(key) ?? nobody
  const subscribers = service.subscribers.filter((other) => other !== subscriber)
  return subscribers.length === service.subscribers.length
    ? state
    : put(state, key, { ...service, subscribers })
}

/** Everything about an actor that is gone; also the keys whose listings have changed. */
export function forget(
  state: ReceptionistState,
  ref: AnyRef,
): [ReceptionistState, readonly string[]] {
  const changed: string[] = []
  let next = state
  for (const key of state.keys()) {
    const without = deregister(next, key, ref)
    if (without !== next) changed.push(key)
    next = unsubscribe(without, key, ref)
  }
  return [next, changed]
}

/** Whether anything is known of `ref`, so that it has to be watched. */
export function knows(state: ReceptionistState, ref: AnyRef): boolean {
  for (const { refs, subscribers } of state.values()) {
    if (refs.includes(ref) || subscribers.includes(ref as ActorRef<Listing>)) return true
  }
  return false
}

function put(state: ReceptionistState, key: string, service: Service): ReceptionistState {
  const next = new Map(state)
  if (service.refs.length === 0 && service.subscribers.length === 0) next.delete(key)
  else next.set(key, service)
  return next
}

import type { ActorRef, AnyRef } from '../../actors/index.ts'
import type { AnyChildSpec } from '../child-spec.ts'
import type { ChildInfo, ChildRefusal, ChildReply } from './protocol.ts'

/** A spec and what runs from it; `stopping` once the supervisor was told to terminate it. */
export interface Entry {
  readonly spec: AnyChildSpec
  readonly ref: AnyRef | undefined
  /** Who waits for the end of the child. */
  readonly stopping: readonly ActorRef<ChildReply>[] | undefined
}

/** The children in their order: those of the specs, then those started later. */
export type SupervisorState = readonly Entry[]

export function find(state: SupervisorState, id: string): Entry | undefined {
  return state.find(({ spec }) => spec.id === id)
}

/** Adds a child at the end, or replaces what runs from its spec. */
export function started(state: SupervisorState, spec: AnyChildSpec, ref: AnyRef): SupervisorState {
  const entry = { spec, ref, stopping: undefined }
  return find(state, spec.id) === undefined ? [...state, entry] : replace(state, entry)
}

/** Notes that a child is being terminated for `replyTo`. */
export function stopping(
  state: SupervisorState,
  entry: Entry,
  replyTo: ActorRef<ChildReply>,
): SupervisorState {
  return replace(state, { ...entry, stopping: [...(entry.stopping ?? []), replyTo] })
}

/** A child has ended: a temporary one is forgotten, of others the spec stays. */
export function ended(state: SupervisorState, entry: Entry): SupervisorState {
  return entry.spec.restart === 'temporary'
    ? removed(state, entry)
    : replace(state, { spec: entry.spec, ref: undefined, stopping: undefined })
}

export function removed(state: SupervisorState, entry: Entry): SupervisorState {
  return state.filter(({ spec }) => spec.id !== entry.spec.id)
}

/** Why a child of that id can't be started anew; undefined if it can. */
export function refusalToStart(state: SupervisorState, id: string): ChildRefusal | undefined {
  const entry = find(state, id)
  if (entry === undefined) return undefined
  if (entry.stopping !== undefined) return 'stopping'
  return entry.ref === undefined ? 'already-present' : 'already-running'
}

/** Why a child can't be started again or deleted; undefined if it can. */
export function refusalOfEnded(entry: Entry | undefined): ChildRefusal | undefined {
  if (entry === undefined) return 'not-found'
  if (entry.stopping !== undefined) return 'stopping'
  return entry.ref === undefined ? undefined : 'running'
}

export function infoOf({ spec, ref, stopping: waiters }: Entry): ChildInfo {
  return {
    id: spec.id,
    ref,
    restart: spec.restart ?? 'permanent',
    significant: spec.significant ?? false,
    status: ref === undefined ? 'ended' : waiters === undefined ? 'running' : 'stopping',
  }
}

function replace(state: SupervisorState, entry: Entry): SupervisorState {
  return state.map((other) => (other.spec.id === entry.spec.id ? entry : other))
}

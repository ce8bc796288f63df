import type { AnyRef } from './actor-ref.ts'

/** Why an actor is gone. */
export type TerminationReason = 'stopped' | 'failed' | 'killed' | 'node-lost'

/** A watched actor has terminated, or its node is lost. */
export interface Terminated {
  readonly type: 'Terminated'
  readonly ref: AnyRef
  readonly reason: TerminationReason
  /** The failure, when the reason is `failed`. */
  readonly error?: unknown
}

/** This incarnation is about to be replaced after `error`. */
export interface PreRestart {
  readonly type: 'PreRestart'
  readonly error: unknown
}

/** The actor has stopped, its children before it; the last thing it sees. */
export interface PostStop {
  readonly type: 'PostStop'
}

/** What the runtime tells an actor outside its own protocol. */
export type Signal = Terminated | PreRestart | PostStop

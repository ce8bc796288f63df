import type { BehaviorOrigin } from './behavior.ts'

/**
 * Where an actor lives: this thread when absent, a thread pool or a node otherwise. Implemented by
 * `ThreadPool` and `RemoteNode`; opaque to users.
 */
export interface Placement {
  readonly description: string
  /** The runtime's own door; see `remote/`. */
  readonly target: RemoteTarget
}

/** Picks the link on which a child is started. */
export interface RemoteTarget {
  pick(origin: BehaviorOrigin): unknown
}

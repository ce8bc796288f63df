import type { BehaviorOrigin } from './behavior.ts'
import type { Cell } from './cell.ts'
import type { RemoteBody } from './remote-seam.ts'

/**
 * Where an actor lives: this thread when absent, a thread pool or a node otherwise. Made by
 * `threadPool` and by joining a node; opaque to users.
 */
export interface Placement {
  readonly description: string
  /** @internal */
  readonly target: RemoteTarget
}

/** Starts the far half of a remote child. */
export interface RemoteTarget {
  start(cell: Cell, origin: BehaviorOrigin): RemoteBody
}

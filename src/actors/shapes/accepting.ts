import type { Behavior, BehaviorLike } from '../behavior.ts'
import { toBehavior } from '../behaviors.ts'
import type { Shape } from './shapes.ts'

/**
 * The behavior, with its protocol stood before it: of what comes over links its actor gets only what `shape` lets
 * through. The rest are dead letters with the reason `malformed`. Name in `shape` what others may send; what the actor
 * tells itself need not be there, and then nobody else can send it. Costs nothing for local messages.
 */
export function accepting<M>(shape: Shape, behavior: BehaviorLike<M>): Behavior<M> {
  return Object.assign({}, toBehavior(behavior), { accepts: shape })
}

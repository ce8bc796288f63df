import { toBehavior } from '../actors/index.ts'
import type { Behavior, BehaviorLike, SupervisorStrategy } from '../actors/index.ts'

/**
 * Wraps a behavior so that actors spawned with it supervise their children by `strategy`, unless `spawn` names
 * another one.
 */
export function supervised<M>(
  strategy: SupervisorStrategy,
  behavior: BehaviorLike<M>,
): Behavior<M> {
  return { ...toBehavior(behavior), supervision: strategy }
}

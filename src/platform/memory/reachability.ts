import type { Reachability } from '../reachability.ts'

/** Nothing is ever collected: what a simulation does may not depend on when a garbage collector runs. */
export const everReachable: Reachability = {
  weakly: (object) => ({ deref: () => object }),
  onCollected: () => ({ register: () => undefined }),
}

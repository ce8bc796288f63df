import type { Reachability } from '../reachability.ts'

/** V8's garbage collector. */
export const nodeReachability: Reachability = {
  weakly: (object) => new WeakRef(object),
  onCollected: (collected) => {
    const registry = new FinalizationRegistry(collected)
    return {
      register: (object, token) => {
        registry.register(object, token)
      },
    }
  },
}

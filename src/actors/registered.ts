import type { ModuleLoader } from '../platform/index.ts'
import type { Behavior, SetupBehavior } from './behavior.ts'
import { BehaviorError } from './errors.ts'

/** A behavior that can be started on another thread or node. */
export interface RegisteredBehavior<P, M> {
  (props: P): Behavior<M>
  readonly behaviorName: string
  readonly module: string
}

/** Modules that are being loaded, or have failed to: what they have registered so far is half of a module. */
const unfinished: Set<string> = new Set()

const registry: Map<string, RegisteredBehavior<never, never>> = new Map()

/**
 * Registers a behavior so that it can travel: by `name` to nodes that have registered it as well, by
 * `module` (pass `import.meta.url`) to threads. `props` are plain data. Call it at the top of a module.
 *
 * @throws TROUPE_BEHAVIOR_NAME_TAKEN if another module has registered the name.
 */
export function registered<P, M>(
  module: string,
  name: string,
  make: (props: P) => Behavior<M>,
): RegisteredBehavior<P, M> {
  const known = registry.get(name)
  if (known !== undefined && known.module !== module) {
    throw new BehaviorError(
      'TROUPE_BEHAVIOR_NAME_TAKEN',
      `a behavior '${name}' is registered by ${known.module} already; ${module} must choose another name`,
      { data: { name, module, takenBy: known.module } },
    )
  }
  const start = (props: P): Behavior<M> => {
    const behavior: SetupBehavior<M> = {
      kind: 'setup',
      start: () => make(props),
      origin: { name, module, props },
    }
    return behavior
  }
  const behavior = Object.assign(start, { behaviorName: name, module })
  registry.set(name, behavior)
  return behavior
}

/** Loads the module that registers a behavior; the same failure again if it has failed before. */
export async function loadModule(modules: ModuleLoader, module: string): Promise<void> {
  unfinished.add(module)
  await modules.load(module)
  unfinished.delete(module)
}

/** Whether a behavior can be started here without loading its module, which has been loaded to its end. */
export function isReady(name: string): boolean {
  const behavior = registry.get(name)
  return behavior !== undefined && !unfinished.has(behavior.module)
}

/** @throws TROUPE_BEHAVIOR_NOT_REGISTERED naming the behavior and what to do. */
export function findRegistered(name: string): RegisteredBehavior<never, never> {
  const behavior = registry.get(name)
  if (behavior !== undefined) return behavior
  throw new BehaviorError(
    'TROUPE_BEHAVIOR_NOT_REGISTERED',
    `no behavior '${name}' is registered here: import the module that registers it before the node listens`,
    { data: { name } },
  )
}

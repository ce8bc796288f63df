import nact from 'nact'

import type { NactCrashPolicy, NactPlugin, NactRef, NactSystem } from './nact-types.ts'

/**
 * The only file that imports nact. Starts a nact system and hands out its inside, which nact shows to its plugins;
 * also the policy of actors that were given none, so that it can be told from a user's.
 */
export function startNactSystem(
  name: string,
  prepare: (system: NactSystem, defaultPolicy: NactCrashPolicy) => void,
  plugins: readonly NactPlugin[],
): NactRef {
  const ours = (inside: unknown): void => {
    const system = inside as NactSystem
    const scout = nact.spawn(system.reference as never, () => undefined, 'scout')
    const policy = system.children.get('scout')?.onCrash as NactCrashPolicy
    nact.stop(scout)
    prepare(system, policy)
  }
  // nact takes the name in an object, whatever its typings say.
  return nact.start({ name } as never, ours, ...(plugins as readonly never[]))
}

/** Sends by nact's own `dispatch`; for references that only nact can look up. */
export function dispatchByNact(reference: unknown, message: unknown): void {
  nact.dispatch(reference as never, message as never)
}

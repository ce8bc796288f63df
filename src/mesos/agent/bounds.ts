import type { AgentChange } from './change.ts'
import { sharedBounds, sharesBounds } from './container-spec.ts'
import { boundsOf } from './given.ts'
import type { ExecutorState } from './state.ts'

/** The containers of an executor may use what it and its tasks have been given by now. */
export function updateBounds(change: AgentChange, executor: ExecutorState): void {
  // The only task of a command executor came and goes with it.
  if (executor.builtIn === 'command') return
  const resources =
    executor.builtIn === undefined ? boundsOf(executor.given) : sharedBounds(executor)
  const containers =
    executor.builtIn === undefined
      ? [executor.containerId]
      : [...executor.tasks.values()]
          .filter(({ info }) => sharesBounds(info))
          .flatMap(({ container }) => container?.containerId ?? [])
  for (const containerId of containers) {
    change.effects.push({ type: 'update-container', containerId, resources })
  }
}

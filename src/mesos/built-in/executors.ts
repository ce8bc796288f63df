import type { Behavior } from '../../actors/index.ts'
import type { Disk } from '../../platform/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import { builtInActor } from './actor.ts'
import { stepCommand } from './command-step.ts'
import { stepDefault } from './default-step.ts'
import type { BuiltInMessage, BuiltInOptions } from './protocol.ts'

/** Runs a task that has a command in place of an executor; its command runs already. */
export function commandExecutor(options: BuiltInOptions): Behavior<BuiltInMessage> {
  const { framework, shutdownGraceMs, found } = options
  const initial = { framework, shutdownGraceMs, life: undefined, over: undefined }
  // One in staging is handed over again.
  const [task] = found.filter(({ state }) => state !== 'TASK_STAGING')
  const first = task && ({ type: 'found', task } as const)
  return builtInActor(options, undefined, stepCommand, initial, first, task ? [task] : [])
}

/** Runs groups of tasks, each in a container of its own below the executor's sandbox. */
export function defaultExecutor(options: BuiltInOptions): Behavior<BuiltInMessage> {
  const { framework, sandbox, latest, found } = options
  const initial = { framework, tasks: PersistentMap.empty<never>(), isShuttingDown: false }
  // Those in staging too: others of their group may be further on.
  const first = { type: 'found', tasks: found } as const
  const prepare = async (disk: Disk): Promise<void> => {
    await disk.makeDirectory(`${sandbox}/tasks`)
    await disk.link(sandbox, latest)
  }
  return builtInActor(options, prepare, stepDefault, initial, first, found)
}

import { readStarted, type Disk } from '../../../platform/index.ts'
import { exitFileOf, sandboxOf, taskSandboxOf } from '../sandbox.ts'
import type { ContainerProcess } from '../state.ts'
import type { Held } from './held.ts'

/**
 * Adds to what is held the commands that were started, but whose processes the agent had no time to write down: the shells
 * around them have.
 */
export async function findStarted(disk: Disk, workDir: string, held: Held): Promise<void> {
  const place = { agentId: held.agentId, options: { workDir } }
  for (const { frameworkId, info, builtIn, containerId, process } of [...held.executors.values()]) {
    if (builtIn === undefined) continue
    const sandbox = sandboxOf(place, frameworkId, info.executor_id.value, containerId)
    if (builtIn === 'command') {
      const found = process === undefined ? await started(disk, sandbox) : undefined
      if (found !== undefined) held.apply({ type: 'started', containerId, ...found })
      continue
    }
    for (const task of [...held.tasks.values()]) {
      const { container } = task
      const isOurs = task.frameworkId === frameworkId && task.executorId === info.executor_id.value
      if (!isOurs || container === undefined || container.process !== undefined) continue
      const found = await started(disk, taskSandboxOf(sandbox, container.containerId))
      const taskId = task.info.task_id.value
      if (found !== undefined) held.apply({ type: 'task-started', frameworkId, taskId, ...found })
    }
  }
}

async function started(disk: Disk, sandbox: string): Promise<ContainerProcess | undefined> {
  const path = exitFileOf(sandbox)
  const process = await readStarted(disk, path)
  const details = await disk.describe(path)
  return process && { ...process, sinceUnixMs: details?.modifiedUnixMs ?? 0 }
}

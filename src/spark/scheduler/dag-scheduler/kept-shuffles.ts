import type { DagState } from './state.ts'

/** Which executors have map outputs, and whether a job under way needs them. */
export function shufflesOf({
  outputs,
  stageOfShuffle,
}: DagState): Map<string, 'active' | 'inactive'> {
  const found = new Map<string, 'active' | 'inactive'>()
  for (const [shuffleId, executorIds] of outputs.holders()) {
    const isActive = stageOfShuffle.has(shuffleId)
    for (const executorId of executorIds)
      if (isActive || !found.has(executorId))
        found.set(executorId, isActive ? 'active' : 'inactive')
  }
  return found
}

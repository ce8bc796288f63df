import type { Environment } from '../../platform/index.ts'
import { checkpointPaths, readCheckpoint } from '../agent/index.ts'

/**
 * Ends the executors that an agent has left running, and forgets that agent: whatever starts in the work directory next is a
 * new one. Answers with how many it has ended.
 * @throws TROUPE_MESOS_CHECKPOINT_CORRUPT
 */
export async function cleanUpAgent(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  workDir: string,
): Promise<number> {
  const held = await readCheckpoint(disk, workDir)
  let ended = 0
  for (const { process } of held?.executors.values() ?? []) {
    if (process === undefined || processes.startMark(process.pid) !== process.mark) continue
    if (processes.killGroup(process.pid)) ended += 1
  }
  await disk.remove(checkpointPaths(workDir).latest)
  return ended
}

import type { Environment } from '../../platform/index.ts'
import { makeContainerizers } from '../containerizer/index.ts'
import { runtimeDirectoryOf, type AgentNodeOptions } from './agent-node.ts'
import { checkpointPaths, readCheckpoint } from '../agent/index.ts'

/**
 * Ends the executors and commands that an agent has left running, and forgets that agent: whatever starts in the work directory next is a
 * new one. Answers with how many it has ended.
 * @throws TROUPE_MESOS_CHECKPOINT_CORRUPT, and what `makeContainerizers` throws
 */
export async function cleanUpAgent(
  environment: Environment,
  workDir: string,
  containers?: AgentNodeOptions['containers'],
): Promise<number> {
  const { disk, processes } = environment
  const held = await readCheckpoint(disk, workDir)
  let ended = 0
  for (const { process } of held?.containers() ?? []) {
    if (processes.startMark(process.pid) !== process.mark) continue
    if (processes.killGroup(process.pid)) ended += 1
  }
  if (containers !== undefined) {
    const runtimeDirectory = runtimeDirectoryOf(workDir)
    const made = await makeContainerizers(environment, { runtimeDirectory, ...containers })
    await made.recover(new Set())
  }
  await disk.remove(checkpointPaths(workDir).latest)
  return ended
}

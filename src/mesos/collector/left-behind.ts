import type { Disk } from '../../platform/index.ts'

/**
 * The directories below `slaves` of a work directory that nobody needs: those of other agents, and of this one runs, executors and
 * frameworks without a sandbox in use.
 */
export async function leftBehind(
  disk: Disk,
  workDir: string,
  agentId: string | undefined,
  sandboxes: readonly string[],
): Promise<readonly string[]> {
  const isUsed = (path: string): boolean =>
    sandboxes.some((one) => one === path || one.startsWith(`${path}/`))
  const left: string[] = []
  for (const agent of await foldersIn(disk, `${workDir}/slaves`)) {
    const isOwn = agent === `${workDir}/slaves/${agentId ?? ''}`
    if (!isOwn && !isUsed(agent)) {
      left.push(agent)
      continue
    }
    for (const framework of await foldersIn(disk, `${agent}/frameworks`)) {
      if (!isUsed(framework)) left.push(framework)
      for (const executor of await foldersIn(disk, `${framework}/executors`)) {
        if (!isUsed(executor)) left.push(executor)
        for (const run of await foldersIn(disk, `${executor}/runs`)) {
          if (!run.endsWith('/latest') && !isUsed(run)) left.push(run)
        }
      }
    }
  }
  return left
}

async function foldersIn(disk: Disk, path: string): Promise<readonly string[]> {
  if ((await disk.stat(path))?.isDirectory !== true) return []
  const found = await disk.list(path)
  return found.filter(({ isDirectory }) => isDirectory).map((one) => one.path)
}

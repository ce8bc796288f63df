import type { Disk } from '../../../platform/index.ts'
import { MesosError } from '../../errors.ts'
import { findStarted } from './find-started.ts'
import { Held } from './held.ts'
import { recordOf, type CheckpointRecord } from './record.ts'

/** Where an agent's checkpoints are, as in Mesos: `latest` leads to the folder of its id. */
export interface CheckpointPaths {
  readonly slaves: string
  readonly latest: string
}

export function checkpointPaths(workDir: string): CheckpointPaths {
  const slaves = `${workDir}/meta/slaves`
  return { slaves, latest: `${slaves}/latest` }
}

export const CHECKPOINT_FILE = 'checkpoint'

/**
 * What an agent before has left in this work directory; undefined if nothing. What follows the last whole record was being
 * written when that agent ended: nobody was told of it, and it is left out.
 * @throws TROUPE_MESOS_CHECKPOINT_CORRUPT when whole records follow one that is not, and TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function readCheckpoint(disk: Disk, workDir: string): Promise<Held | undefined> {
  const { latest } = checkpointPaths(workDir)
  const file = `${latest}/${CHECKPOINT_FILE}`
  if ((await disk.stat(file)) === undefined) return undefined
  const text = new TextDecoder().decode(await disk.readFile(file))
  const held = new Held()
  const lines = text.split('\n')
  // Behind the last line feed: nothing, or a part of a record.
  lines.pop()
  for (const [index, line] of lines.entries()) {
    const record = readLine(line)
    if (record === undefined) {
      const isTorn = lines.slice(index + 1).every((one) => readLine(one) === undefined)
      if (isTorn) break
      throw corrupt(file, latest, `line ${index + 1} is damaged, and whole ones follow it`)
    }
    held.apply(record)
  }
  if (held.info === undefined) return undefined
  await findStarted(disk, workDir, held)
  return held
}

function readLine(line: string): CheckpointRecord | undefined {
  try {
    return recordOf(line)
  } catch (error) {
    // Not of our writing, though its checksum is right.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function corrupt(file: string, latest: string, why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_CHECKPOINT_CORRUPT',
    `The agent can't recover from ${file}: ${why}. Restore the file, or, to start as a new agent without what ran under the old one, rm -f ${latest}`,
    { data: { file, why } },
  )
}

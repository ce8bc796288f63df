import type { AppendFile, Disk } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import type { TaskContext } from '../task-context.ts'

/** Where parts lie until the job is done; the name Hadoop's committers use. */
const TEMPORARY = '_temporary'

/** Runs the job that writes the parts of an output, and makes these known when all are there; a failed one leaves nothing. */
export async function writeOutput(
  disk: Disk,
  path: string,
  job: () => Promise<readonly string[]>,
): Promise<void> {
  await prepare(disk, path)
  try {
    const parts = await job()
    for (const part of parts) await disk.rename(`${path}/${TEMPORARY}/${part}`, `${path}/${part}`)
    await disk.remove(`${path}/${TEMPORARY}`)
    await disk.writeFile(`${path}/_SUCCESS`, new Uint8Array(0))
  } catch (error) {
    await disk.remove(path)
    throw error
  }
}

/**
 * In a task: has `write` fill one part under a name of this attempt's own, then renames it, if no other attempt of the task may
 * do that. Answers the part's name, which ends in `extension`.
 *
 * @throws TROUPE_SPARK_COMMIT_DENIED
 */
export async function writePart(
  context: TaskContext,
  path: string,
  extension: string,
  write: (file: AppendFile) => Promise<void>,
): Promise<string> {
  const { disk } = context
  const part = `part-${String(context.partitionId).padStart(5, '0')}${extension}`
  const attempt = `${path}/${TEMPORARY}/attempt-${context.taskAttemptId}-${part}`
  const file = await disk.create(attempt)
  try {
    await write(file)
    await file.sync()
  } catch (error) {
    await file.close()
    await disk.remove(attempt)
    throw error
  }
  await file.close()
  try {
    await context.requireCommit()
  } catch (error) {
    await disk.remove(attempt)
    throw error
  }
  await disk.rename(attempt, `${path}/${TEMPORARY}/${part}`)
  return part
}

async function prepare(disk: Disk, path: string): Promise<void> {
  if ((await disk.stat(path)) !== undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OUTPUT_EXISTS',
      `Output directory ${path} already exists; choose another or remove it`,
      { data: { path } },
    )
  }
  await disk.makeDirectory(`${path}/${TEMPORARY}`)
}

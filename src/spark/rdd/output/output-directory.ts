import type { AppendFile } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import { fileSystemAt, type FileAccess, type FileSystem, type Upload } from '../../files/index.ts'
import type { TaskContext } from '../task-context.ts'

/** Where parts lie until the job is done; the name Hadoop's committers use. */
const TEMPORARY = '_temporary'

/** Parts that appear at a time. */
const COMPLETED_AT_A_TIME = 8

/** Where an output goes. */
export interface OutputProps {
  /** The directory. */
  readonly path: string
  /** What tasks need to reach it. */
  readonly access: FileAccess
}

/** A part that a task has written, and the right to commit it given to. */
export interface WrittenPart {
  readonly name: string
  /** How it appears, where it isn't renamed. */
  readonly upload: Upload | undefined
}

/**
 * Runs the job that writes the parts of an output, and makes these known when all are there, `_SUCCESS` last; a failed one leaves
 * nothing. Parts lie in a directory of their own, and are renamed; of an object store they are uploads, and are completed.
 *
 * @throws TROUPE_SPARK_OUTPUT_EXISTS
 */
export async function writeOutput(
  files: FileSystem,
  path: string,
  job: () => Promise<readonly WrittenPart[]>,
): Promise<void> {
  await prepare(files, path)
  try {
    await commit(files, path, await job())
  } catch (error) {
    // What the job fails with is what there is to tell, also where its remains can't be removed.
    await files.remove(path).catch(() => undefined)
    await files.uploads?.abortBelow(path).catch(() => undefined)
    throw error
  }
}

/**
 * In a task: has `write` fill one part under a name of this attempt's own, then renames it, if no other attempt of the task may
 * do that; of an object store it is uploaded, and not completed. Answers the part, whose name ends in `extension`.
 *
 * @throws TROUPE_SPARK_COMMIT_DENIED
 */
export async function writePart(
  context: TaskContext,
  { path, access }: OutputProps,
  extension: string,
  write: (file: AppendFile) => Promise<void>,
): Promise<WrittenPart> {
  const files = fileSystemAt(context.ports, access, path)
  const name = `part-${String(context.partitionId).padStart(5, '0')}${extension}`
  if (files.uploads !== undefined) {
    const file = await files.uploads.begin(`${path}/${name}`)
    try {
      await write(file)
      const upload = await file.finish()
      await context.requireCommit()
      return { name, upload }
    } catch (error) {
      await file.abort().catch(() => undefined)
      throw error
    }
  }
  const attempt = `${path}/${TEMPORARY}/attempt-${context.taskAttemptId}-${name}`
  const file = await files.create(attempt, { isSynced: true })
  let isClosed = false
  try {
    await write(file)
    await file.sync()
    isClosed = true
    await file.close()
    await context.requireCommit()
  } catch (error) {
    if (!isClosed) await file.close().catch(() => undefined)
    await files.remove(attempt).catch(() => undefined)
    throw error
  }
  await files.rename(attempt, `${path}/${TEMPORARY}/${name}`)
  return { name, upload: undefined }
}

async function commit(
  files: FileSystem,
  path: string,
  parts: readonly WrittenPart[],
): Promise<void> {
  const { uploads } = files
  if (uploads === undefined) {
    for (const { name } of parts)
      await files.rename(`${path}/${TEMPORARY}/${name}`, `${path}/${name}`)
    await files.remove(`${path}/${TEMPORARY}`)
  } else {
    const open = parts.map(({ upload }) => upload).filter((upload) => upload !== undefined)
    const complete = async (): Promise<void> => {
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        await uploads.complete(next)
      }
    }
    await allSettled(Array.from({ length: COMPLETED_AT_A_TIME }, complete))
    // Tries that were killed could not give up theirs.
    await uploads.abortBelow(path)
  }
  await files.writeFile(`${path}/_SUCCESS`, new Uint8Array(0))
}

/** Waits for all of them, also when one fails: nothing is to appear after what it fails with was cleared. */
async function allSettled(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason
  }
}

async function prepare(files: FileSystem, path: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OUTPUT_EXISTS',
      `Output directory ${path} already exists; choose another or remove it`,
      { data: { path } },
    )
  }
  await files.makeDirectory(`${path}/${TEMPORARY}`)
}

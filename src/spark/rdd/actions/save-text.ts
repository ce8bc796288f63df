import type { Disk } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import type { TaskContext } from '../task-context.ts'
import { lineOfRow } from '../text/line-of-row.ts'

/** Where parts lie until the job is done; the name Hadoop's committers use. */
const TEMPORARY = '_temporary'

const encoder = new TextEncoder()

/** Makes the directory. @throws TROUPE_SPARK_OUTPUT_EXISTS */
export async function prepareTextOutput(disk: Disk, path: string): Promise<void> {
  if ((await disk.stat(path)) !== undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OUTPUT_EXISTS',
      `Output directory ${path} is there already; choose another or remove it`,
      { data: { path } },
    )
  }
  await disk.makeDirectory(`${path}/${TEMPORARY}`)
}

/** Moves the committed parts in, one for each partition, and marks the output as whole. */
export async function commitTextOutput(
  disk: Disk,
  path: string,
  parts: readonly string[],
): Promise<void> {
  for (const part of parts) await disk.rename(`${path}/${TEMPORARY}/${part}`, `${path}/${part}`)
  await disk.remove(`${path}/${TEMPORARY}`)
  await disk.writeFile(`${path}/_SUCCESS`, new Uint8Array(0))
}

/**
 * Writes one part under a name of this attempt's own, then renames it, if no other attempt of the task may do that.
 * Answers the part's name.
 */
export async function saveText(
  rows: Batches<unknown>,
  context: TaskContext,
  props: { readonly path: string },
): Promise<string> {
  const { disk } = context
  const part = `part-${String(context.partitionId).padStart(5, '0')}`
  const attempt = `${props.path}/${TEMPORARY}/attempt-${context.taskAttemptId}-${part}`
  const file = await disk.create(attempt)
  try {
    await rows.forEachBatch(async (batch) => {
      context.throwIfCancelled()
      if (batch.length === 0) return
      const bytes = encoder.encode(lines(batch))
      context.metrics.outputBytes += bytes.length
      context.metrics.outputRecords += batch.length
      await file.append(bytes)
    })
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
  await disk.rename(attempt, `${props.path}/${TEMPORARY}/${part}`)
  return part
}

function lines(batch: readonly unknown[]): string {
  const texts: string[] = []
  for (let i = 0; i < batch.length; i += 1) texts.push(lineOfRow(batch[i]))
  // Joined at once: a text that grows line by line is put together again before it is encoded.
  texts.push('')
  return texts.join('\n')
}

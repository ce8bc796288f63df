import type { Batches } from '../../batches/index.ts'
import { FrameFileWriter, encodeRows, type FileSum } from '../../storage/index.ts'
import { fileSystemAt, type FileAccess } from '../../files/index.ts'
import { partFile } from '../checkpoint/index.ts'
import type { TaskContext } from '../task-context.ts'

/** Writes the part file of one partition of a checkpoint; it has its name when it is whole and durable. */
export async function saveCheckpoint(
  rows: Batches<unknown>,
  context: TaskContext,
  { path, access }: { readonly path: string; readonly access: FileAccess },
): Promise<FileSum> {
  const { codec, partitionId, taskAttemptId } = context
  const file = partFile(path, partitionId)
  const files = fileSystemAt(context.ports, access, path)
  const writer = new FrameFileWriter(files, file, `${file}.${taskAttemptId}.tmp`)
  try {
    await rows.forEachBatch(async (batch) => {
      context.throwIfCancelled()
      for (const frame of encodeRows(batch, codec)) await writer.append(frame)
    })
    context.throwIfCancelled()
    return await writer.finish(true)
  } catch (error) {
    await writer.abort()
    throw error
  }
}

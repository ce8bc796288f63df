import { isTroupeError } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import type { FileSystem } from '../../files/index.ts'
import type { FileSum } from '../../storage/index.ts'
import type { Partition } from '../partition.ts'

/** A part file of a checkpoint. */
export type CheckpointPartition = Partition & FileSum & { readonly file: string }

/** Written last, under another name first: a directory that has it is a whole checkpoint. */
const PARTS_FILE = '_parts'

/** The file of one partition. */
export function partFile(path: string, partition: number): string {
  return `${path}/part-${String(partition).padStart(5, '0')}`
}

/** Makes a directory of part files a checkpoint. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
export async function sealParts(
  files: FileSystem,
  path: string,
  sums: readonly FileSum[],
): Promise<void> {
  const text = JSON.stringify(sums.map(({ lengthBytes, checksum }) => ({ lengthBytes, checksum })))
  const temporary = `${path}/${PARTS_FILE}.tmp`
  const file = await files.create(temporary)
  await file.append(new TextEncoder().encode(text))
  await file.sync()
  await file.close()
  await files.rename(temporary, `${path}/${PARTS_FILE}`)
}

/** The parts of a checkpoint. @throws TROUPE_SPARK_CHECKPOINT_UNREADABLE when it is none, or not whole */
export async function readParts(
  files: FileSystem,
  path: string,
): Promise<readonly CheckpointPartition[]> {
  let sums: readonly FileSum[]
  try {
    const text = new TextDecoder().decode(await files.readFile(`${path}/${PARTS_FILE}`))
    sums = JSON.parse(text) as readonly FileSum[]
  } catch (cause) {
    const isMissing = isTroupeError(cause, 'TROUPE_PLATFORM_FILE_UNREADABLE')
    throw unreadable(
      path,
      isMissing ? `it has no file ${PARTS_FILE}, so it is not whole` : 'it is damaged',
      cause,
    )
  }
  const parts: CheckpointPartition[] = []
  for (const [index, { lengthBytes, checksum }] of sums.entries()) {
    const file = partFile(path, index)
    const found = await files.stat(file)
    if (found?.sizeBytes !== lengthBytes) throw unreadable(path, `${file} is missing or cut short`)
    parts.push({ index, file, lengthBytes, checksum })
  }
  return parts
}

function unreadable(path: string, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CHECKPOINT_UNREADABLE',
    `${path} can't be read as a checkpoint: ${why}`,
    { data: { path, why }, ...(cause === undefined ? {} : { cause }) },
  )
}

import type { Disk, FileInfo } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'

/** A range of bytes of one file. */
export interface FileSplit {
  readonly path: string
  readonly startBytes: number
  /** Exclusive. */
  readonly endBytes: number
}

/** A last block up to this much longer than the others is not cut; as Hadoop's FileInputFormat. */
const SLOP_RATIO = 1.1

/**
 * Cuts a file, or the files of a directory (those whose names begin with `_` or `.` left out), into ranges of at
 * most `blockSizeBytes`, less when that would make fewer than about `minSplits`. Empty files have none.
 *
 * @throws TROUPE_SPARK_INPUT_MISSING, TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function inputSplits(
  disk: Disk,
  path: string,
  minSplits: number,
  blockSizeBytes: number,
): Promise<FileSplit[]> {
  const files = await inputFiles(disk, path)
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const goal = Math.ceil(total / Math.max(1, minSplits))
  const size = Math.max(1, Math.min(goal, blockSizeBytes))
  return files.flatMap((file) => splitsOf(file, size))
}

async function inputFiles(disk: Disk, path: string): Promise<readonly FileInfo[]> {
  const info = await disk.stat(path)
  if (info === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_INPUT_MISSING',
      `Input ${path} does not exist; give a file or a directory that the driver and every executor can read`,
      { data: { path } },
    )
  }
  if (!info.isDirectory) return [info]
  const entries = await disk.list(path)
  return entries.filter((entry) => !entry.isDirectory && !/^[_.]/.test(baseName(entry.path)))
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function splitsOf({ path, sizeBytes }: FileInfo, size: number): FileSplit[] {
  const splits: FileSplit[] = []
  let startBytes = 0
  while (sizeBytes - startBytes > size * SLOP_RATIO) {
    splits.push({ path, startBytes, endBytes: startBytes + size })
    startBytes += size
  }
  if (startBytes < sizeBytes) splits.push({ path, startBytes, endBytes: sizeBytes })
  return splits
}

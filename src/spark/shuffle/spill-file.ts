import type { Disk, ReadFile } from '../../platform/index.ts'

/** Bytes moved at a time when a spill is merged. */
const COPY_BYTES = 1 << 20

/** Frames that did not fit memory, in order of partition, in a file of their own. */
export interface SpillFile {
  readonly path: string
  /** Offset of each partition's frames, and the end of the last. */
  readonly offsets: readonly number[]
}

/** Writes drained frames to `path`. */
export async function writeSpill(
  disk: Disk,
  path: string,
  partitions: readonly (readonly Uint8Array[])[],
): Promise<SpillFile> {
  const file = await disk.create(path)
  const offsets = [0]
  let offset = 0
  try {
    for (const frames of partitions) {
      for (const frame of frames) {
        await file.append(frame)
        offset += frame.length
      }
      offsets.push(offset)
    }
  } finally {
    await file.close()
  }
  return { path, offsets }
}

/** Gives the frames of one partition to `append`, in chunks of at most 1 MiB. */
export async function copySpill(
  file: ReadFile,
  spill: SpillFile,
  partition: number,
  append: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const end = spill.offsets[partition + 1] ?? 0
  for (let at = spill.offsets[partition] ?? 0; at < end;) {
    const bytes = await file.read(at, Math.min(COPY_BYTES, end - at))
    await append(bytes)
    at += bytes.length
  }
}

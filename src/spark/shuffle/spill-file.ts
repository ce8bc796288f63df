import type { Disk, ReadFile } from '../../platform/index.ts'
import { spillShortened } from './external/index.ts'
import { givePageMemory } from './records/index.ts'
import type { MapOutputWriter } from './map-output-writer.ts'

/** Bytes moved at a time when a spill is merged. */
const COPY_BYTES = 1 << 20
/** Bytes gathered before they are written. */
const STAGE_BYTES = 512 << 10

/** Frames that did not fit memory, in order of partition, in a file of their own. */
export interface SpillFile {
  readonly path: string
  /** Offset of each partition's frames, and the end of the last. */
  readonly offsets: readonly number[]
}

/** Writes drained frames to `path`; their memory is used again. */
export async function writeSpill(
  disk: Disk,
  path: string,
  partitions: readonly (readonly Uint8Array[])[],
): Promise<SpillFile> {
  const file = await disk.create(path)
  const offsets = [0]
  let offset = 0
  let staged: Uint8Array[] = []
  let stagedBytes = 0
  try {
    for (const frames of partitions) {
      for (const frame of frames) {
        staged.push(frame)
        stagedBytes += frame.length
        offset += frame.length
        if (stagedBytes < STAGE_BYTES) continue
        await file.append(Buffer.concat(staged, stagedBytes))
        staged.forEach(givePageMemory)
        staged = []
        stagedBytes = 0
      }
      offsets.push(offset)
    }
    if (stagedBytes > 0) await file.append(Buffer.concat(staged, stagedBytes))
  } finally {
    await file.close()
  }
  return { path, offsets }
}

/** Gives the frames of one partition to `output`, in chunks of at most 1 MiB. */
export async function copySpill(
  file: ReadFile,
  spill: SpillFile,
  partition: number,
  output: Pick<MapOutputWriter, 'append'>,
): Promise<void> {
  const end = spill.offsets[partition + 1] ?? 0
  for (let at = spill.offsets[partition] ?? 0; at < end;) {
    const bytes = await file.read(at, Math.min(COPY_BYTES, end - at))
    if (bytes.length === 0) throw spillShortened(spill.path, at)
    const appended = output.append(bytes)
    if (appended !== undefined) await appended
    at += bytes.length
  }
}

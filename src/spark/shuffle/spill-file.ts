import type { AppendFile, Disk, ReadFile } from '../../platform/index.ts'
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
  const frames = new FrameAppender(file)
  const offsets = [0]
  try {
    for (const partition of partitions) {
      for (const frame of partition) {
        const appended = frames.append(frame)
        if (appended !== undefined) await appended
      }
      offsets.push(frames.sizeBytes)
    }
    await frames.flush()
  } finally {
    await file.close()
  }
  return { path, offsets }
}

/** Appends frames to a file, many at a time; their memory is used again. */
export class FrameAppender {
  readonly #file: AppendFile
  #staged: Uint8Array[] = []
  #stagedBytes = 0
  /** Of all frames. */
  sizeBytes = 0

  constructor(file: AppendFile) {
    this.#file = file
  }

  /** A promise is to be awaited before the next. */
  append(frame: Uint8Array): void | Promise<void> {
    this.#staged.push(frame)
    this.#stagedBytes += frame.length
    this.sizeBytes += frame.length
    return this.#stagedBytes < STAGE_BYTES ? undefined : this.flush()
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    const staged = this.#staged
    if (staged.length === 0) return
    const stagedBytes = this.#stagedBytes
    this.#staged = []
    this.#stagedBytes = 0
    await this.#file.append(Buffer.concat(staged, stagedBytes))
    staged.forEach(givePageMemory)
  }
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

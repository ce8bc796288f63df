import type { AppendFile } from '../../platform/index.ts'
import type { MapOutputWriter } from './map-output-writer.ts'
import { PageShuffleWriter } from './page-shuffle-writer.ts'
import { appendFrames } from './partition-pages.ts'
import type { ShuffleWriterOptions } from './shuffle-writer.ts'
import { FrameAppender, copySpill } from './spill-file.ts'

/** What was written of one partition. */
interface PartitionFile {
  readonly path: string
  readonly file: AppendFile
  readonly frames: FrameAppender
}

/**
 * Appends what does not fit memory to a file for each partition, which are laid end to end at last: nothing is sorted or merged, at
 * the price of a file for each of a few partitions.
 *
 * @see BypassMergeSortShuffleWriter in Spark's shuffle.sort
 */
export class BypassMergeShuffleWriter extends PageShuffleWriter {
  /** partition → its file, once something of it was written */
  readonly #files: (PartitionFile | undefined)[]

  constructor(options: ShuffleWriterOptions) {
    super(options, 'bypass-merge shuffle writer')
    this.#files = Array.from({ length: options.partitioner.numPartitions }, () => undefined)
  }

  protected async spill(): Promise<void> {
    const { space } = this.options
    for (const [partition, frames] of this.pages.drain().entries()) {
      if (frames.length === 0) continue
      const file = (this.#files[partition] ??= await this.#create())
      const before = file.frames.sizeBytes
      for (const frame of frames) {
        const appended = file.frames.append(frame)
        if (appended !== undefined) await appended
      }
      // What stays in memory would not be accounted for.
      await file.frames.flush()
      space.counts.diskBytesSpilled += file.frames.sizeBytes - before
    }
  }

  protected async merge(output: MapOutputWriter): Promise<void> {
    const { disk } = this.options.space
    for (const [partition, written] of this.#files.entries()) {
      if (written !== undefined) {
        await written.file.close()
        const file = await disk.open(written.path)
        try {
          const spill = { path: written.path, offsets: [0, written.frames.sizeBytes] }
          await copySpill(file, spill, 0, output)
        } finally {
          await file.close()
        }
        this.#files[partition] = undefined
        await this.options.space.remove(written.path)
      }
      await appendFrames(this.pages, partition, output)
      output.endPartition()
    }
  }

  protected async discard(): Promise<void> {
    for (const [partition, written] of this.#files.entries()) {
      if (written === undefined) continue
      this.#files[partition] = undefined
      await written.file.close()
      await this.options.space.remove(written.path)
    }
  }

  async #create(): Promise<PartitionFile> {
    const { space } = this.options
    const path = space.newPath()
    const file = await space.disk.create(path)
    return { path, file, frames: new FrameAppender(file) }
  }
}

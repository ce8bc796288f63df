import type { ReadFile } from '../../platform/index.ts'
import type { MapOutputWriter } from './map-output-writer.ts'
import { PageShuffleWriter } from './page-shuffle-writer.ts'
import { appendFrames } from './partition-pages.ts'
import type { ShuffleWriterOptions } from './shuffle-writer.ts'
import { copySpill, writeSpill, type SpillFile } from './spill-file.ts'

/** What a writer has written, by partition. */
export interface WrittenPartitions {
  readonly records: number
  readonly spills: number
  /** Adds one partition to an output. Partitions are read once. */
  readonly appendTo: (output: MapOutputWriter, partition: number) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Sorts serialized records by partition: they are encoded at once into pages of their partition, and these are never decoded on
 * the map side. What does not fit memory is spilled in order of partition; spills are merged by laying the bytes of each partition
 * end to end.
 *
 * @see SPARK-7081, UnsafeShuffleWriter in Spark's shuffle.sort
 */
export class SerializedShuffleWriter extends PageShuffleWriter {
  readonly #spills: SpillFile[] = []

  constructor(options: ShuffleWriterOptions) {
    super(options, 'serialized shuffle writer')
  }

  protected async spill(): Promise<void> {
    const { space } = this.options
    const spill = await writeSpill(space.disk, space.newPath(), this.pages.drain())
    this.#spills.push(spill)
    space.counts.diskBytesSpilled += spill.offsets.at(-1) ?? 0
  }

  /** What was written so far, for another writer's output, partition by partition. */
  async openForMerge(): Promise<WrittenPartitions> {
    await this.settle()
    const { space } = this.options
    const files: ReadFile[] = []
    const close = async (): Promise<void> => {
      for (const file of files.splice(0)) await file.close()
      await this.discard()
      this.releaseMemory()
    }
    try {
      for (const spill of this.#spills) files.push(await space.disk.open(spill.path))
    } catch (error) {
      await close()
      throw error
    }
    const appendTo = async (output: MapOutputWriter, partition: number): Promise<void> => {
      for (const [i, spill] of this.#spills.entries()) {
        await copySpill(files[i] as ReadFile, spill, partition, output)
      }
      await appendFrames(this.pages, partition, output)
    }
    return { records: this.pages.records, spills: this.spills, appendTo, close }
  }

  protected async merge(output: MapOutputWriter): Promise<void> {
    const { numPartitions } = this.options.partitioner
    const written = await this.openForMerge()
    try {
      for (let partition = 0; partition < numPartitions; partition += 1) {
        await written.appendTo(output, partition)
        output.endPartition()
      }
    } finally {
      await written.close()
    }
  }

  protected async discard(): Promise<void> {
    for (const spill of this.#spills.splice(0)) await this.options.space.remove(spill.path)
  }
}

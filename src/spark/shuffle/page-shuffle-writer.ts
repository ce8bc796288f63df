import type { Batch } from '../batches/index.ts'
import type { Column, ColumnBatch } from '../columns/index.ts'
import type { Pair } from './aggregator.ts'
import { HeldMemory } from './external/index.ts'
import { mapOutputPath, type MapOutput } from './map-output-file.ts'
import { MapOutputWriter, removeMapOutput } from './map-output-writer.ts'
import { PartitionPages } from './partition-pages.ts'
import type { ShuffleWriter, ShuffleWriterOptions } from './shuffle-writer.ts'

/** A shuffle writer that does not combine: it encodes records at once into the pages of their partitions. */
export abstract class PageShuffleWriter implements ShuffleWriter {
  protected readonly options: ShuffleWriterOptions
  protected readonly path: string
  protected readonly pages: PartitionPages
  protected spills = 0
  readonly #memory: HeldMemory
  /** Records at the last spill. */
  #spilledRecords = 0
  /** The spill that is under way. */
  #spilling: Promise<void> | undefined
  #isFinishing = false

  constructor(options: ShuffleWriterOptions, name: string) {
    const { directory, id, partitioner, space, memory, compression } = options
    this.options = options
    this.path = mapOutputPath(directory, id)
    this.pages = new PartitionPages(partitioner.numPartitions, space.codec, compression)
    this.#memory = new HeldMemory(memory, `${name} of shuffle ${id.shuffleId}`, () =>
      this.#spillForOthers(),
    )
  }

  write(batch: Batch<Pair>): void | Promise<void> {
    const { partitioner } = this.options
    const { pages } = this
    for (let i = 0; i < batch.length; i += 1) {
      const pair = batch[i] as Pair
      pages.add(partitioner.getPartition(pair[0]), pair[0], pair[1])
    }
    return this.#grown()
  }

  writeColumns(partitions: readonly (ColumnBatch | undefined)[]): void | Promise<void> {
    for (let partition = 0; partition < partitions.length; partition += 1) {
      const batch = partitions[partition]
      if (batch !== undefined) this.pages.addColumns(partition, batch)
    }
    return this.#grown()
  }

  writePairs(partitions: Int32Array, keys: Column, values: Column): void | Promise<void> {
    this.pages.addPairs(partitions, keys, values)
    return this.#grown()
  }

  #grown(): void | Promise<void> {
    const { pages } = this
    if (pages.records - this.#spilledRecords > this.options.space.maxRecordsInMemory)
      return this.#spill()
    const reached = this.#memory.reach(pages.heldBytes)
    if (reached === true) return undefined
    return this.#makeRoom(reached)
  }

  async finish(): Promise<MapOutput> {
    await this.settle()
    const { disk } = this.options.space
    const output = await MapOutputWriter.create(disk, this.path)
    try {
      await this.merge(output)
      const written = await output.commit()
      return { ...written, records: this.pages.records, spills: this.spills }
    } finally {
      await output.close()
      this.releaseMemory()
    }
  }

  /** Nothing more comes, and what is spilled is there. */
  protected async settle(): Promise<void> {
    this.#isFinishing = true
    await this.#spilling
  }

  protected releaseMemory(): void {
    this.#memory.shrink(0)
  }

  async abort(): Promise<void> {
    this.#isFinishing = true
    await this.#spilling?.catch(() => {}) // its failure is what ends the task, or comes too late
    this.#memory.shrink(0)
    await this.discard()
    await removeMapOutput(this.options.space.disk, this.path)
  }

  /** Writes what the pages hold to files of the task's. */
  protected abstract spill(): Promise<void>
  /** Writes all partitions: what was spilled of each, then what the pages hold. */
  protected abstract merge(output: MapOutputWriter): Promise<void>
  /** Closes and removes what was spilled. */
  protected abstract discard(): Promise<void>

  async #makeRoom(reached: boolean | Promise<boolean>): Promise<void> {
    if (!(await reached)) await this.#spill()
  }

  async #spillForOthers(): Promise<number> {
    if (!this.#isFinishing && this.pages.heldBytes > 0) await this.#spill()
    return 0
  }

  /** One after the other: records of one partition stay in the order in which they came. */
  #spill(): Promise<void> {
    this.#spilledRecords = this.pages.records
    const before = this.#spilling ?? Promise.resolve()
    this.#spilling = before.then(async () => {
      const heldBytes = this.pages.heldBytes
      if (heldBytes === 0) return
      await this.spill()
      this.spills += 1
      const { counts } = this.options.space
      counts.spills += 1
      counts.memoryBytesSpilled += heldBytes
      this.#memory.shrink(this.pages.heldBytes)
    })
    return this.#spilling
  }
}

import type { Batch } from '../batches/index.ts'
import type { Column, ColumnBatch } from '../columns/index.ts'
import { combinesMapSide, type Pair } from './aggregator.ts'
import { combineValues } from './combine.ts'
import { ExternalCombiner } from './external/index.ts'
import { mapOutputPath, type MapOutput } from './map-output-file.ts'
import { MapOutputWriter, removeMapOutput } from './map-output-writer.ts'
import { PartitionPages, appendFrames } from './partition-pages.ts'
import { SerializedShuffleWriter } from './serialized-shuffle-writer.ts'
import type { ShuffleWriter, ShuffleWriterOptions } from './shuffle-writer.ts'
import { invalidArgument } from '../errors.ts'

/**
 * Combines the values of each key before they are written. What does not fit memory is spilled in order of partition and key, and
 * merged when the output is written, the combiners of one key with each other.
 *
 * @see SortShuffleWriter and ExternalSorter in Spark's shuffle.sort
 */
export class SortShuffleWriter implements ShuffleWriter {
  readonly #options: ShuffleWriterOptions
  readonly #path: string
  readonly #combiner: ExternalCombiner
  /** Rows that came as columns, and are combined already. */
  readonly #columns: SerializedShuffleWriter

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID without an aggregator that combines on the map side */
  constructor(options: ShuffleWriterOptions) {
    const { aggregator, directory, id, space, memory, partitioner } = options
    if (aggregator === undefined || !combinesMapSide(aggregator)) {
      throw invalidArgument('SortShuffleWriter', aggregator?.type, 'an aggregator that combines')
    }
    this.#options = options
    this.#path = mapOutputPath(directory, id)
    this.#combiner = new ExternalCombiner({
      space,
      memory,
      combining: combineValues(aggregator),
      name: `sort shuffle writer of shuffle ${id.shuffleId}`,
      partitions: partitioner,
    })
    this.#columns = new SerializedShuffleWriter(options)
  }

  write(batch: Batch<Pair>): void | Promise<void> {
    return this.#combiner.add(batch)
  }

  writeColumns(partitions: readonly (ColumnBatch | undefined)[]): void | Promise<void> {
    return this.#columns.writeColumns(partitions)
  }

  writePairs(partitions: Int32Array, keys: Column, values: Column): void | Promise<void> {
    return this.#columns.writePairs(partitions, keys, values)
  }

  async finish(): Promise<MapOutput> {
    // What came as columns may all of it be there, and nothing else.
    if (this.#combiner.table?.size === 0) return this.#columns.finish()
    const { partitioner, space, compression } = this.#options
    const pages = new PartitionPages(partitioner.numPartitions, space.codec, compression)
    const columns = await this.#columns.openForMerge()
    const output = await MapOutputWriter.create(space.disk, this.#path)
    try {
      await this.#combiner.openRuns()
      const { spills, table } = this.#combiner
      if (table !== undefined) {
        const { keys, values } = table
        for (let i = 0; i < keys.length; i += 1) {
          pages.add(partitioner.getPartition(keys[i]), keys[i], values[i])
        }
      }
      for (let partition = 0; partition < partitioner.numPartitions; partition += 1) {
        if (table === undefined) await this.#merge(partition, pages, output)
        await columns.appendTo(output, partition)
        await appendFrames(pages, partition, output)
        output.endPartition()
      }
      const written = await output.commit()
      return {
        ...written,
        records: pages.records + columns.records,
        spills: spills + columns.spills,
      }
    } finally {
      await output.close()
      await columns.close()
      await this.#combiner.close()
    }
  }

  async abort(): Promise<void> {
    await this.#combiner.close()
    await this.#columns.abort()
    await removeMapOutput(this.#options.space.disk, this.#path)
  }

  async #merge(partition: number, pages: PartitionPages, output: MapOutputWriter): Promise<void> {
    const merged = await this.#combiner.read(partition)
    await merged.forEachBatch((batch) => {
      for (let i = 0; i < batch.length; i += 1) {
        const pair = batch[i] as Pair
        pages.add(partition, pair[0], pair[1])
      }
      return appendFrames(pages, partition, output)
    })
  }
}

import type { AppendFile, Disk, ReadFile } from '../../platform/index.ts'
import type { Batch } from '../batches/index.ts'
import type { ColumnBatch } from '../columns/index.ts'
import { KeyTable } from '../keys/index.ts'
import { adler32 } from './adler32.ts'
import { combinesMapSide, type Aggregator, type Pair } from './aggregator.ts'
import { combineValues, type Combine } from './combine.ts'
import type { BatchCodec } from './records/index.ts'
import {
  encodeChecksums,
  encodeIndex,
  mapOutputPath,
  type MapOutput,
  type MapOutputId,
} from './map-output-file.ts'
import { PartitionPages } from './partition-pages.ts'
import type { Partitioner } from './partitioner.ts'
import { copySpill, writeSpill, type SpillFile } from './spill-file.ts'

export interface ShuffleWriterOptions {
  readonly id: MapOutputId
  /** The executor's folder for blocks; must exist. */
  readonly directory: string
  readonly partitioner: Partitioner
  readonly aggregator?: Aggregator | undefined
  readonly codec: BatchCodec
  readonly disk: Disk
  /** Distinct keys combined in memory before they are written out; by default 1,000,000. */
  readonly maxKeys?: number
  /** Bytes of frames in memory before they are spilled to disk; by default 64 MiB. */
  readonly maxBufferedBytes?: number
}

/**
 * Writes the output of one map task: pairs in order of their target partition, combined where the
 * aggregator says so, in one data file, with an index file of offsets and a file of checksums beside it. What does
 * not fit memory is spilled in the same order and merged at the end. The data file gets its name last,
 * so a name means a whole output.
 *
 * @see SortShuffleWriter and ExternalSorter in Spark's shuffle.sort
 */
export class SortShuffleWriter {
  readonly #options: ShuffleWriterOptions
  readonly #path: string
  readonly #pages: PartitionPages
  readonly #combine: Combine<unknown, unknown, unknown> | undefined
  #combiners = new KeyTable()
  readonly #maxKeys: number
  readonly #maxBufferedBytes: number
  readonly #spills: SpillFile[] = []

  constructor(options: ShuffleWriterOptions) {
    this.#options = options
    this.#path = mapOutputPath(options.directory, options.id)
    this.#pages = new PartitionPages(options.partitioner.numPartitions, options.codec)
    const { aggregator } = options
    this.#combine =
      aggregator !== undefined && combinesMapSide(aggregator)
        ? combineValues(aggregator)
        : undefined
    this.#maxKeys = options.maxKeys ?? 1_000_000
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 64 << 20
  }

  /** Takes a batch; a promise means that it spills and wants to be awaited. */
  write(batch: Batch<Pair>): void | Promise<void> {
    if (this.#combine !== undefined) {
      const later = this.#combine(batch, this.#combiners)
      if (later !== undefined) return later.then(() => this.#boundMemory())
    } else {
      const { partitioner } = this.#options
      for (const [key, value] of batch) this.#pages.add(partitioner.getPartition(key), key, value)
    }
    return this.#boundMemory()
  }

  /**
   * Takes rows as columns, by partition; they are written as they are, combined or not. A promise means that it
   * spills and wants to be awaited.
   */
  writeColumns(partitions: readonly (ColumnBatch | undefined)[]): void | Promise<void> {
    partitions.forEach((batch, partition) => {
      if (batch !== undefined) this.#pages.addColumns(partition, batch)
    })
    return this.#pages.heldBytes > this.#maxBufferedBytes ? this.#spill() : undefined
  }

  /** Merges what was spilled with what is in memory and gives the files their names. */
  async finish(): Promise<MapOutput> {
    this.#encodeCombiners()
    const { disk } = this.#options
    const partitions = this.#pages.drain()
    const temporary = `${this.#path}.data.tmp`
    const data = await disk.create(temporary)
    const written = await this.#merge(data, partitions)
    await disk.writeFile(`${this.#path}.index`, encodeIndex(written.sizesBytes))
    await disk.writeFile(`${this.#path}.checksum.ADLER32`, encodeChecksums(written.checksums))
    await disk.rename(temporary, `${this.#path}.data`)
    return { ...written, records: this.#pages.records, spills: this.#spills.length }
  }

  /** Removes everything written so far. */
  async abort(): Promise<void> {
    const { disk } = this.#options
    for (const spill of this.#spills) await disk.remove(spill.path)
    for (const suffix of ['.data.tmp', '.data', '.index', '.checksum.ADLER32']) {
      await disk.remove(`${this.#path}${suffix}`)
    }
  }

  #boundMemory(): void | Promise<void> {
    if (this.#combiners.size >= this.#maxKeys) this.#encodeCombiners()
    return this.#pages.heldBytes > this.#maxBufferedBytes ? this.#spill() : undefined
  }

  #encodeCombiners(): void {
    if (this.#combiners.size === 0) return
    const { partitioner } = this.#options
    const { keys, values } = this.#combiners
    for (let i = 0; i < keys.length; i += 1) {
      this.#pages.add(partitioner.getPartition(keys[i]), keys[i], values[i])
    }
    this.#combiners = new KeyTable()
  }

  async #spill(): Promise<void> {
    const path = `${this.#path}.spill-${this.#spills.length}`
    this.#spills.push(await writeSpill(this.#options.disk, path, this.#pages.drain()))
  }

  async #merge(
    data: AppendFile,
    partitions: readonly (readonly Uint8Array[])[],
  ): Promise<{ sizesBytes: number[]; checksums: number[] }> {
    const { disk } = this.#options
    const sizesBytes: number[] = []
    const checksums: number[] = []
    const files: ReadFile[] = []
    try {
      for (const spill of this.#spills) files.push(await disk.open(spill.path))
      for (const [partition, frames] of partitions.entries()) {
        const block = new BlockSink(data)
        for (const [i, spill] of this.#spills.entries()) {
          await copySpill(files[i] as ReadFile, spill, partition, (bytes) => block.append(bytes))
        }
        await block.append(joined(frames))
        sizesBytes.push(block.sizeBytes)
        checksums.push(block.checksum)
      }
    } finally {
      for (const file of files) await file.close()
      await data.close()
    }
    for (const spill of this.#spills) await disk.remove(spill.path)
    return { sizesBytes, checksums }
  }
}

/** Appends one block to the data file and sums it up. */
class BlockSink {
  readonly #data: AppendFile
  sizeBytes = 0
  checksum = 1

  constructor(data: AppendFile) {
    this.#data = data
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    this.sizeBytes += bytes.length
    this.checksum = adler32(bytes, this.checksum)
    await this.#data.append(bytes)
  }
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0] as Uint8Array
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0))
  let at = 0
  for (const frame of frames) {
    bytes.set(frame, at)
    at += frame.length
  }
  return bytes
}

import type { ReadFile } from '../../../platform/index.ts'
import {
  BATCH_ROWS,
  Batches,
  concatBatches,
  laterBatches,
  type AnyBatch,
  type Batch,
} from '../../batches/index.ts'
import { ColumnBatch, Scratch } from '../../columns/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { fileSystemAt } from '../../files/index.ts'
import {
  inputFiles,
  openSplit,
  recordSplits,
  shortened,
  sparsePieces,
  splitPartitions,
  type FileSplit,
} from '../files/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import type { InputProps } from './text-file-rdd.ts'

export interface BinaryRecordsProps extends InputProps {
  readonly recordLength: number
  /** Bytes of a partition at most, unless one record has more. */
  readonly blockSizeBytes: number
  /** Whether only pieces of each partition are read, for a sample. */
  readonly isSparse?: boolean
}

type RecordsPartition = Partition & FileSplit

/** Bytes read at a time, where records are shorter. */
const CHUNK_BYTES = 256 << 10

/**
 * The records of files in which all have the same length.
 *
 * partitions: ranges of whole records of about the block size; dependencies: none; compute: the records of the range;
 * preferred locations: the hosts of its blocks, where files lie on hosts; partitioner: none.
 */
export class BinaryRecordsRDD extends RDD<Uint8Array> {
  readonly #props: BinaryRecordsProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: BinaryRecordsProps) {
    super(context, [])
    this.#props = props
    this.name = props.name
  }

  /** @throws what `inputFiles` and `recordSplits` throw */
  async getPartitions(): Promise<readonly RecordsPartition[]> {
    const { inputs, isRecursive, recordLength, blockSizeBytes } = this.#props
    const files = await inputFiles(this.context.files, inputs, isRecursive)
    const splits = recordSplits(files, recordLength, blockSizeBytes)
    return splitPartitions(this.context.files, splits)
  }

  compute(split: Partition, context: TaskContext): Batches<Uint8Array> {
    const range = split as RecordsPartition
    const { recordLength, isSparse } = this.#props
    const pieces = isSparse === true ? sparsePieces(range, recordLength) : undefined
    if (pieces === undefined) return this.#records(range, context)
    return concatBatches(pieces.map((piece) => () => this.#records(piece, context)))
  }

  #records(range: FileSplit, context: TaskContext): Batches<Uint8Array> {
    const { recordLength, access } = this.#props
    return laterBatches(
      openSplit(fileSystemAt(context.ports, access, range.path), range).then((file) =>
        readRecords(file, range, recordLength, context),
      ),
    )
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return (split as RecordsPartition).hosts ?? []
  }

  override toSpec(): OperatorSpec {
    return { kind: 'binaryRecords', props: this.#props }
  }
}

/** Records are views of the bytes read together, or columns of them. */
function readRecords(
  file: ReadFile,
  { path, startBytes, endBytes }: FileSplit,
  recordLength: number,
  context: TaskContext,
): Batches<Uint8Array> {
  const records = Math.min(BATCH_ROWS, Math.max(1, Math.floor(CHUNK_BYTES / recordLength)))
  const scratch = new Scratch()
  let at = startBytes
  const read = async (): Promise<Uint8Array | undefined> => {
    if (at >= endBytes) return undefined
    context.throwIfCancelled()
    const wanted = Math.min(records * recordLength, endBytes - at)
    const bytes = await file.read(at, wanted)
    if (bytes.length < wanted) throw shortened(path, at + bytes.length, endBytes)
    at += wanted
    context.metrics.inputBytes += wanted
    context.metrics.inputRecords += wanted / recordLength
    return bytes
  }
  const next = async (): Promise<Batch<Uint8Array> | undefined> => {
    const bytes = await read()
    if (bytes === undefined) return undefined
    const batch: Uint8Array[] = []
    for (let from = 0; from < bytes.length; from += recordLength) {
      batch.push(new Uint8Array(bytes.buffer, bytes.byteOffset + from, recordLength))
    }
    return batch
  }
  const nextAny = async (): Promise<AnyBatch<Uint8Array> | undefined> => {
    const bytes = await read()
    if (bytes === undefined) return undefined
    scratch.reset()
    const rows = bytes.length / recordLength
    const starts = scratch.int32(rows)
    const ends = scratch.int32(rows)
    for (let i = 0; i < rows; i += 1) {
      starts[i] = i * recordLength
      ends[i] = (i + 1) * recordLength
    }
    return new ColumnBatch(rows, [{ type: 'bytes', bytes, starts, ends }], 0, scratch)
  }
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await file.close()
  }
  return new Batches(next, close, nextAny)
}

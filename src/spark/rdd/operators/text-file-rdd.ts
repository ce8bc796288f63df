import { laterBatches, type Batches } from '../../batches/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { inputSplits, type FileSplit } from '../text/input-splits.ts'
import { readLines } from '../text/line-reader.ts'

export interface TextFileProps {
  /** A file, or a directory of files. */
  readonly path: string
  /** At least about so many partitions. */
  readonly minPartitions: number
  /** Bytes of a partition at most (a tenth more for the last). */
  readonly blockSizeBytes: number
}

type TextPartition = Partition & FileSplit

/**
 * The lines of a text file, or of the files of a directory, in UTF-8.
 *
 * partitions: ranges of bytes of about the block size; dependencies: none; compute: the lines that begin in the
 * range; preferred locations: none (the file is to be readable on every executor); partitioner: none.
 */
export class TextFileRDD extends RDD<string> {
  readonly #props: TextFileProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: TextFileProps) {
    super(context, [])
    this.#props = props
    this.name = props.path
  }

  /** @throws TROUPE_SPARK_INPUT_MISSING, TROUPE_PLATFORM_FILE_UNREADABLE */
  async getPartitions(): Promise<readonly TextPartition[]> {
    const { path, minPartitions, blockSizeBytes } = this.#props
    const splits = await inputSplits(this.context.disk, path, minPartitions, blockSizeBytes)
    return splits.map((split, index) => ({ ...split, index }))
  }

  compute(split: Partition, context: TaskContext): Batches<string> {
    const { path, startBytes, endBytes } = split as TextPartition
    return laterBatches(
      context.disk.open(path).then((file) => readLines(file, startBytes, endBytes, context)),
    )
  }

  override toSpec(): OperatorSpec {
    return { kind: 'textFile', props: this.#props }
  }
}

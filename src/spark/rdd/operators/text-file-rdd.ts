import { concatBatches, laterBatches, type Batches } from '../../batches/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { fileSystemAt, type FileAccess } from '../../files/index.ts'
import {
  inputFiles,
  openSplit,
  sparsePieces,
  textSplits,
  splitPartitions,
  type FileSplit,
  type InputPattern,
} from '../files/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { readLines } from '../text/line-reader.ts'

/** What every RDD of files is made of. */
export interface InputProps {
  /** For people. */
  readonly name: string
  readonly inputs: readonly InputPattern[]
  /** Whether directories in directories are read, too. */
  readonly isRecursive: boolean
  /** What tasks need to reach them. */
  readonly access: FileAccess
}

export interface TextFileProps extends InputProps {
  /** At least about so many partitions. */
  readonly minPartitions: number
  /** Bytes of a partition at most (a tenth more for the last). */
  readonly blockSizeBytes: number
  /** Whether only pieces of each partition are read, for a sample. */
  readonly isSparse?: boolean
}

type TextPartition = Partition & FileSplit

/**
 * The lines of text files in UTF-8, compressed by gzip where their names say so.
 *
 * partitions: ranges of bytes of about the block size, a gzip file as a whole; dependencies: none; compute: the lines
 * that begin in the range; preferred locations: the hosts of its blocks, where files lie on hosts; partitioner: none.
 */
export class TextFileRDD extends RDD<string> {
  readonly #props: TextFileProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: TextFileProps) {
    super(context, [])
    this.#props = props
    this.name = props.name
  }

  /** @throws what `inputFiles` and `textSplits` throw */
  async getPartitions(): Promise<readonly TextPartition[]> {
    const { inputs, isRecursive, minPartitions, blockSizeBytes } = this.#props
    const files = await inputFiles(this.context.files, inputs, isRecursive)
    const splits = textSplits(files, minPartitions, blockSizeBytes)
    return splitPartitions(this.context.files, splits)
  }

  compute(split: Partition, context: TaskContext): Batches<string> {
    const range = split as TextPartition
    const pieces = this.#props.isSparse === true ? sparsePieces(range) : undefined
    if (pieces === undefined) return this.#lines(range, context)
    return concatBatches(pieces.map((piece) => () => this.#lines(piece, context)))
  }

  #lines(range: FileSplit, context: TaskContext): Batches<string> {
    return laterBatches(
      openSplit(fileSystemAt(context.ports, this.#props.access, range.path), range).then((file) => {
        // What is decompressed ends where it ends.
        const endBytes = file.sizeBytes === Infinity ? Infinity : range.endBytes
        return readLines(file, range.startBytes, endBytes, context)
      }),
    )
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return (split as TextPartition).hosts ?? []
  }

  override toSpec(): OperatorSpec {
    return { kind: 'textFile', props: this.#props }
  }
}

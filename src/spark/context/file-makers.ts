import { checkPath, invalidArgument } from '../errors.ts'
import type { RDD } from '../rdd/index.ts'
import { inputPatterns, type InputPattern } from '../rdd/files/index.ts'
import { createOperator } from '../rdd/operator-table.ts'
import type { Pair } from '../shuffle/index.ts'
import type { FileSettings } from './file-conf.ts'
import { RddMakers } from './rdd-makers.ts'

/**
 * The part of a context that makes RDDs of files. A path is one file, a directory, or a pattern of Hadoop's: `*`, `?`,
 * `[a-z]`, `[^a-z]`, `{one,other}`, with a backslash before such characters where they are meant; several may stand with
 * commas between them. Relative ones are meant from the driver's folder. The files are looked for when the first job
 * asks, and must be readable on every executor. In directories, names that begin with `_` or `.` are left out.
 *
 * Every maker throws TROUPE_SPARK_ARGUMENT_INVALID for what is no path or number of its range, and TROUPE_SPARK_SCHEME_UNKNOWN; the first
 * job fails with TROUPE_SPARK_INPUT_MISSING when an input is not there.
 */
export abstract class FileMakers extends RddMakers {
  protected abstract fileSettings(): FileSettings

  /** What `minPartitions` is by default: 2, or 1 when the parallelism is 1. */
  get defaultMinPartitions(): number {
    return Math.min(2, this.rddContext().defaultParallelism)
  }

  /**
   * The lines of text files in UTF-8: in partitions of a block each, and at least about `minPartitions` of them. Files whose
   * names end in `.gz` are decompressed, each in one partition.
   */
  textFile(path: string, minPartitions: number = this.defaultMinPartitions): RDD<string> {
    checkCount('textFile: minPartitions', minPartitions)
    const { blockSizeBytes } = this.fileSettings()
    return this.#made('textFile', path, { minPartitions, blockSizeBytes })
  }

  /**
   * Text files as a whole, as pairs of absolute path and text, in about `minPartitions` partitions of several files each. Files
   * whose names end in `.gz` are decompressed.
   */
  wholeTextFiles(
    path: string,
    minPartitions: number = this.defaultMinPartitions,
  ): RDD<Pair<string, string>> {
    checkCount('wholeTextFiles: minPartitions', minPartitions)
    return this.#made('wholeTextFiles', path, { minPartitions })
  }

  /** Files as a whole, as pairs of absolute path and bytes, in at least about `minPartitions` partitions of several files each. */
  binaryFiles(
    path: string,
    minPartitions: number = this.defaultMinPartitions,
  ): RDD<Pair<string, Uint8Array>> {
    checkCount('binaryFiles: minPartitions', minPartitions)
    const { maxPartitionBytes, openCostBytes } = this.fileSettings()
    return this.#made('binaryFiles', path, { minPartitions, maxPartitionBytes, openCostBytes })
  }

  /**
   * The records of files in which each has `recordLength` bytes: in partitions of a block each, cut between records. They are
   * views of bytes that were read together; copy what is to be kept for long.
   */
  binaryRecords(path: string, recordLength: number): RDD<Uint8Array> {
    checkCount('binaryRecords: recordLength', recordLength)
    const { blockSizeBytes } = this.fileSettings()
    return this.#made('binaryRecords', path, { recordLength, blockSizeBytes })
  }

  /** The rows that {@link RDD.saveAsObjectFile} has written, a partition for each of its parts. */
  objectFile<T>(path: string): RDD<T> {
    return this.#made('objectFile', path, {})
  }

  #made<Result>(kind: string, path: string, own: object): Result {
    checkPath(kind, path)
    const context = this.rddContext()
    const { isRecursive } = this.fileSettings()
    const inputs: readonly InputPattern[] = inputPatterns(context.files, kind, path)
    const access = context.files.accessTo(inputs.flatMap(({ paths }) => paths))
    return createOperator(kind, context, [], { name: path, inputs, isRecursive, access, ...own })
  }
}

function checkCount(where: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1) {
    throw invalidArgument(where, value, 'an integer of 1 or more')
  }
}

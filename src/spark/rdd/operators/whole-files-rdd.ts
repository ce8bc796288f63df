import { Batches } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { fileSystemAt, type FileSystem, type StoredFile } from '../../files/index.ts'
import {
  bestHosts,
  checkCodec,
  inputFiles,
  packFiles,
  readDecompressed,
  readWhole,
  withHosts,
  type FileSplit,
} from '../files/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import type { InputProps } from './text-file-rdd.ts'

export interface WholeFilesProps extends InputProps {
  /** At least about so many partitions, as far as files are small enough. */
  readonly minPartitions: number
}

export interface BinaryFilesProps extends WholeFilesProps {
  /** Bytes of a partition of several files at most, about. */
  readonly maxPartitionBytes: number
  /** What opening a file costs, in bytes that could be read meanwhile. */
  readonly openCostBytes: number
}

type FilesPartition = Partition & {
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
}

/** Longer strings can't be made. */
const MAX_STRING_BYTES = 0x1fffffe8

/**
 * Files as rows, each with its path.
 *
 * partitions: files, until they have enough bytes together; dependencies: none; compute: one file at a time;
 * preferred locations: the hosts that have most of its bytes, where files lie on hosts; partitioner: none.
 */
abstract class FilesRDD<T, Props extends WholeFilesProps> extends RDD<readonly [string, T]> {
  protected abstract readonly kind: string
  protected readonly props: Props

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: Props) {
    super(context, [])
    this.props = props
    this.name = props.name
  }

  /** How many bytes are enough for a partition. */
  protected abstract enoughBytes(files: readonly StoredFile[]): number

  protected abstract read(
    files: FileSystem,
    path: string,
  ): Promise<readonly [content: T, bytes: number]>

  /** @throws what `inputFiles` throws */
  async getPartitions(): Promise<readonly FilesPartition[]> {
    const { inputs, isRecursive } = this.props
    const files = await inputFiles(this.context.files, inputs, isRecursive)
    const whole = files.map(({ path, sizeBytes }) => ({ path, startBytes: 0, endBytes: sizeBytes }))
    const placed = new Map(
      (await withHosts(this.context.files, whole)).map((split) => [split.path, split]),
    )
    return packFiles(files, this.enoughBytes(files)).map((pack, index) => ({
      index,
      paths: pack.map(({ path }) => path),
      hosts: hostsOf(pack.map(({ path }) => placed.get(path)).filter((one) => one !== undefined)),
    }))
  }

  compute(split: Partition, context: TaskContext): Batches<readonly [string, T]> {
    const { paths } = split as FilesPartition
    const { access } = this.props
    let at = 0
    // A batch for each: many large files at a time would not fit memory.
    return new Batches(async () => {
      const path = paths[at]
      if (path === undefined) return undefined
      context.throwIfCancelled()
      at += 1
      const [content, bytes] = await this.read(fileSystemAt(context.ports, access, path), path)
      context.metrics.inputBytes += bytes
      context.metrics.inputRecords += 1
      return [[path, content]]
    })
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return (split as FilesPartition).hosts
  }

  override toSpec(): OperatorSpec {
    return { kind: this.kind, props: this.props }
  }
}

/** Text files with their paths, in UTF-8, compressed by gzip where their names say so. */
export class WholeTextFilesRDD extends FilesRDD<string, WholeFilesProps> {
  protected readonly kind = 'wholeTextFiles'

  /** @see org.apache.spark.input.WholeTextFileInputFormat */
  protected enoughBytes(files: readonly StoredFile[]): number {
    for (const { path } of files) checkCodec(path)
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    return Math.ceil(total / this.props.minPartitions)
  }

  protected async read(files: FileSystem, path: string): Promise<readonly [string, number]> {
    const bytes = await readDecompressed(files, path)
    if (bytes.length > MAX_STRING_BYTES) throw tooLong(path, bytes.length)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    return [text, bytes.length]
  }
}

/** Files with their paths, as bytes. */
export class BinaryFilesRDD extends FilesRDD<Uint8Array, BinaryFilesProps> {
  protected readonly kind = 'binaryFiles'

  /** @see org.apache.spark.input.StreamFileInputFormat */
  protected enoughBytes(files: readonly StoredFile[]): number {
    const { minPartitions, maxPartitionBytes, openCostBytes } = this.props
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes + openCostBytes, 0)
    const perCore = Math.floor(total / Math.max(this.context.defaultParallelism, minPartitions))
    return Math.min(maxPartitionBytes, Math.max(openCostBytes, perCore))
  }

  protected async read(files: FileSystem, path: string): Promise<readonly [Uint8Array, number]> {
    const bytes = await readWhole(files, path)
    return [bytes, bytes.length]
  }
}

/** The hosts of whole files together. */
function hostsOf(files: readonly FileSplit[]): readonly string[] {
  const blocks = files.map(({ endBytes, hosts = [] }) => ({
    startBytes: 0,
    lengthBytes: endBytes,
    hosts,
  }))
  return bestHosts(blocks, { path: '', startBytes: 0, endBytes: Infinity })
}

function tooLong(path: string, bytes: number): SparkError {
  return new SparkError(
    'TROUPE_SPARK_INPUT_TOO_LARGE',
    `Input ${path} has ${bytes} bytes of text, more than the ${MAX_STRING_BYTES} of one string; use textFile or binaryFiles`,
    { data: { path, bytes } },
  )
}

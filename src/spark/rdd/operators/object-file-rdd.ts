import { laterBatches, type Batches } from '../../batches/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { fileSystemAt } from '../../files/index.ts'
import { inputFiles, splitPartitions, type FileSplit } from '../files/index.ts'
import { readObjects } from '../output/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import type { InputProps } from './text-file-rdd.ts'

type ObjectPartition = Partition & FileSplit

/**
 * The rows that `saveAsObjectFile` has written.
 *
 * partitions: the files; dependencies: none; compute: the file, checked; preferred locations: the hosts of
 * the file's blocks, where files lie on hosts; partitioner: none.
 */
export class ObjectFileRDD<T> extends RDD<T> {
  readonly #props: InputProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: InputProps) {
    super(context, [])
    this.#props = props
    this.name = props.name
  }

  /** @throws what `inputFiles` throws */
  async getPartitions(): Promise<readonly ObjectPartition[]> {
    const { inputs, isRecursive } = this.#props
    const files = await inputFiles(this.context.files, inputs, isRecursive)
    const splits = files.map(({ path, sizeBytes }) => ({
      path,
      startBytes: 0,
      endBytes: sizeBytes,
    }))
    return splitPartitions(this.context.files, splits)
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { path } = split as ObjectPartition
    const files = fileSystemAt(context.ports, this.#props.access, path)
    return laterBatches(readObjects<T>(files, path, context.codec))
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return (split as ObjectPartition).hosts ?? []
  }

  override toSpec(): OperatorSpec {
    return { kind: 'objectFile', props: this.#props }
  }
}

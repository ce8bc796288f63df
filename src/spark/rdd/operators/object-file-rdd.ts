import { laterBatches, type Batches } from '../../batches/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { inputFiles, type InputPattern } from '../files/index.ts'
import { readObjects } from '../output/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

export interface ObjectFileProps {
  /** For people. */
  readonly name: string
  readonly inputs: readonly InputPattern[]
  /** Whether directories in directories are read, too. */
  readonly isRecursive: boolean
}

type ObjectPartition = Partition & { readonly path: string }

/**
 * The rows that `saveAsObjectFile` has written.
 *
 * partitions: the files; dependencies: none; compute: the file, checked; preferred locations: none (the files are to
 * be readable on every executor); partitioner: none.
 */
export class ObjectFileRDD<T> extends RDD<T> {
  readonly #props: ObjectFileProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: ObjectFileProps) {
    super(context, [])
    this.#props = props
    this.name = props.name
  }

  /** @throws what `inputFiles` throws */
  async getPartitions(): Promise<readonly ObjectPartition[]> {
    const { inputs, isRecursive } = this.#props
    const files = await inputFiles(this.context.disk, inputs, isRecursive)
    return files.map(({ path }, index) => ({ index, path }))
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { path } = split as ObjectPartition
    return laterBatches(readObjects<T>(context.disk, path, context.codec))
  }

  override toSpec(): OperatorSpec {
    return { kind: 'objectFile', props: this.#props }
  }
}

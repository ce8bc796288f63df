import { laterBatches, type Batches } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import { readFrameFile } from '../../storage/index.ts'
import { fileSystemAt, type FileAccess } from '../../files/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { readParts } from '../checkpoint/index.ts'
import type { CheckpointPartition } from '../checkpoint/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

interface CheckpointProps {
  readonly path: string
  /** What tasks need to reach it. */
  readonly access: FileAccess
}

/**
 * The rows of a reliable checkpoint.
 *
 * partitions: the part files; dependencies: none; compute: the file, checked; preferred locations: none (the directory
 * is to be readable on every executor); partitioner: the checkpointed RDD's, where that has become one.
 */
export class CheckpointRDD<T> extends RDD<T> {
  readonly #props: CheckpointProps

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: CheckpointProps) {
    super(context, [])
    this.#props = props
    this.name = props.path
  }

  /** @throws TROUPE_SPARK_CHECKPOINT_UNREADABLE */
  getPartitions(): Promise<readonly CheckpointPartition[]> {
    const { path } = this.#props
    return readParts(this.context.files.at(path), path)
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const { file, lengthBytes, checksum } = split as CheckpointPartition
    const sum = { lengthBytes, checksum }
    const files = fileSystemAt(context.ports, this.#props.access, file)
    return laterBatches(readFrameFile(files, file, sum, context.codec) as Promise<Batches<T>>)
  }

  override toSpec(): OperatorSpec {
    return { kind: 'checkpoint', props: this.#props }
  }
}

/** The rows of a local checkpoint: blocks that executors keep, and nothing to compute them from. */
export class LocalCheckpointRDD<T> extends RDD<T> {
  readonly #rddId: number

  constructor(
    context: RddContext,
    _parents: readonly RDD<never>[],
    props: { readonly rddId: number },
  ) {
    super(context, [])
    this.#rddId = props.rddId
  }

  getPartitions(): readonly Partition[] {
    return []
  }

  /** @throws TROUPE_SPARK_CHECKPOINT_LOST always: it is asked for blocks only that are gone */
  compute(split: Partition): never {
    const rddId = this.#rddId
    throw new SparkError(
      'TROUPE_SPARK_CHECKPOINT_LOST',
      `Checkpoint block rdd_${rddId}_${split.index} not found! Either the executor that originally checkpointed this ` +
        'partition is no longer alive, or the original RDD is unpersisted. If this problem persists, you may consider ' +
        'using rdd.checkpoint() instead, which is slower than local checkpointing but more fault-tolerant',
      { data: { rddId, partition: split.index } },
    )
  }

  override toSpec(): OperatorSpec {
    return { kind: 'localCheckpoint', props: { rddId: this.#rddId } }
  }
}

import type { Cassandra, Clock, Disk, Processes } from '../../platform/index.ts'
import type { Batches } from '../batches/index.ts'
import type { FilePorts } from '../files/index.ts'
import type { TaskMemory } from '../memory/index.ts'
import type { BatchCodec, Pair, SpillSpace } from '../shuffle/index.ts'
import { currentTask } from './current-task.ts'
import type { TaskMetrics } from './task-metrics.ts'
import type { TaskCommit } from './task-commit.ts'
import type { TaskCompletion } from './task-completion.ts'
import type { PartitionCache } from '../storage/index.ts'

/** The ways of a task to files, to commands that rows are piped through, and to databases. */
export interface TaskPorts extends FilePorts {
  readonly processes: Pick<Processes, 'pipe'>
  readonly cassandra: Cassandra
  readonly clock: Clock
}

/** Where a reduce task gets the output of a shuffle's map tasks. */
export interface ShuffleSource {
  /** The blocks of one reduce partition, in order of map partition. @throws TROUPE_SPARK_FETCH_FAILED */
  read(shuffleId: number, reducePartition: number): Batches<Pair>
  /** The same as pages of records, which nobody has read. @throws TROUPE_SPARK_FETCH_FAILED */
  readPages(shuffleId: number, reducePartition: number): Batches<Uint8Array>
}

/**
 * What `compute`, an action and the user's functions can reach while their task runs; the latter by
 * `TaskContext.get()`.
 */
export interface TaskContext extends TaskCompletion, TaskCommit {
  readonly stageId: number
  /** 0 for the first attempt of the stage. */
  readonly stageAttemptNumber: number
  readonly partitionId: number
  /** Partitions of the RDD that the stage computes. */
  readonly numPartitions: number
  /** 0 for the first attempt of this task. */
  readonly attemptNumber: number
  /** Unique in the application. */
  readonly taskAttemptId: number
  /** Cores of its executor that are its own: `spark.task.cpus`, or what its resource profile says. */
  readonly cpus: number
  readonly executorId: string
  readonly disk: Disk
  /** The ways to files that lie elsewhere. */
  readonly ports: TaskPorts
  /** How rows become bytes. */
  readonly codec: BatchCodec
  readonly shuffle: ShuffleSource
  /** Execution memory, for what holds many rows at a time. */
  readonly memory: TaskMemory
  /** Where the files that were added to the application lie; `SparkFiles` has the way to each. */
  readonly filesDirectory: string
  /** What is kept of persisted RDDs. */
  readonly blocks: PartitionCache
  /** Where what does not fit memory goes; all of it is removed when the task ends. */
  readonly spillSpace: SpillSpace
  readonly metrics: TaskMetrics
  /** Whether functions of known shapes run on columns; `spark.troupe.recognition`. */
  readonly recognises: boolean
  /** What was set on the driver by `setLocalProperty` when the job was submitted. */
  getLocalProperty(key: string): string | undefined
  /** @throws TROUPE_SPARK_TASK_CANCELLED; looked at between batches. */
  throwIfCancelled(): void
}

/** The way to the context of the task that a user's function runs in. */
export const TaskContext: {
  /** The task that the caller is part of; undefined on the driver. */
  get(): TaskContext | undefined
} = { get: currentTask }

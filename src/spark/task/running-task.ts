import type { Disk } from '../../platform/index.ts'
import { RECOGNITION_KEY } from '../columns/index.ts'
import { SparkError, taskCancelled } from '../errors.ts'
import type { TaskMemory } from '../memory/index.ts'
import {
  emptyMetrics,
  type ShuffleSource,
  type TaskContext,
  type TaskMetrics,
  type TaskPorts,
} from '../rdd/index.ts'
import { sharedDirectory } from '../shared-files/index.ts'
import type { PartitionCache } from '../storage/index.ts'
import {
  SpillSpace,
  shuffleSettings,
  type BatchCodec,
  type ShuffleSettings,
} from '../shuffle/index.ts'
import type { SyncAnswer, SyncRequest } from '../scheduler/barrier/sync-book.ts'
import type { CommitAnswer, CommitRequest } from '../scheduler/output-commit/commit-book.ts'
import type { Cancellation, TaskDescription } from './run-task.ts'

type CompletionListener = () => void | Promise<void>
type FailureListener = (error: unknown) => void | Promise<void>

/** What the place gives to the context of a task. */
export interface Place {
  readonly executorId: string
  readonly disk: Disk
  readonly ports: TaskPorts
  readonly mayCommit: (request: CommitRequest) => Promise<CommitAnswer>
  readonly sync?: (request: SyncRequest) => Promise<SyncAnswer>
  readonly cache?: PartitionCache
  /** Where what is spilled goes. */
  readonly directory: string
  readonly codec: BatchCodec
}

/** Computes persisted partitions each time. */
const noCache: PartitionCache = { getOrCompute: ({ compute }) => compute() }

/** One try of one task, as long as it runs: the context that the user's functions see. */
export class RunningTask implements TaskContext {
  readonly stageId: number
  readonly stageAttemptNumber: number
  readonly partitionId: number
  readonly numPartitions: number
  readonly attemptNumber: number
  readonly taskAttemptId: number
  readonly cpus: number
  readonly executorId: string
  readonly disk: Disk
  readonly ports: TaskPorts
  readonly codec: BatchCodec
  readonly shuffle: ShuffleSource
  readonly memory: TaskMemory
  readonly filesDirectory: string
  readonly blocks: PartitionCache
  readonly spillSpace: SpillSpace
  readonly shuffleSettings: ShuffleSettings
  readonly metrics: TaskMetrics
  readonly recognises: boolean
  readonly #properties: Readonly<Record<string, string>>
  readonly #cancellation: Cancellation
  readonly #mayCommit: Place['mayCommit']
  readonly #onCompletion: CompletionListener[] = []
  readonly #onFailure: FailureListener[] = []
  #isCompleted = false
  #failure: { readonly error: unknown } | undefined

  constructor(
    task: TaskDescription,
    place: Place,
    cancellation: Cancellation,
    memory: TaskMemory,
    readShuffle: (context: RunningTask) => ShuffleSource,
  ) {
    this.stageId = task.stageId
    this.stageAttemptNumber = task.stageAttempt
    this.partitionId = task.partitionId
    this.numPartitions = task.numPartitions
    this.attemptNumber = task.attemptNumber
    this.taskAttemptId = task.taskAttemptId
    this.cpus = task.cpus ?? 1
    this.executorId = place.executorId
    this.disk = place.disk
    this.ports = place.ports
    this.codec = place.codec
    this.memory = memory
    this.recognises = task.properties[RECOGNITION_KEY] !== 'false'
    this.filesDirectory = sharedDirectory(place.directory)
    this.blocks = place.cache ?? noCache
    this.metrics = emptyMetrics()
    this.shuffleSettings = shuffleSettings(task.properties)
    this.spillSpace = new SpillSpace({
      disk: place.disk,
      directory: place.directory,
      taskAttemptId: task.taskAttemptId,
      codec: place.codec,
      compression: this.shuffleSettings.spillCompression,
      maxRecordsInMemory: this.shuffleSettings.forceSpillThreshold,
      counts: this.metrics,
    })
    this.shuffle = readShuffle(this)
    this.#properties = task.properties
    this.#cancellation = cancellation
    this.#mayCommit = place.mayCommit
  }

  async requireCommit(): Promise<void> {
    const { stageId, partitionId: partition, taskAttemptId } = this
    const { isAllowed, reason } = await this.#mayCommit({ stageId, partition, taskAttemptId })
    if (isAllowed) return
    throw new SparkError(
      'TROUPE_SPARK_COMMIT_DENIED',
      `Task ${taskAttemptId} may not commit partition ${partition} of stage ${stageId}: ${reason}`,
      { data: { stageId, partition, taskAttemptId, reason } },
    )
  }

  getLocalProperty(key: string): string | undefined {
    return Object.hasOwn(this.#properties, key) ? this.#properties[key] : undefined
  }

  isCompleted(): boolean {
    return this.#isCompleted
  }

  isFailed(): boolean {
    return this.#failure !== undefined
  }

  isInterrupted(): boolean {
    return this.#cancellation.isCancelled
  }

  throwIfCancelled(): void {
    if (this.#cancellation.isCancelled) throw taskCancelled(this.taskAttemptId)
  }

  addTaskCompletionListener(listener: CompletionListener): void {
    // It is late: nobody is left to be told what it throws.
    if (this.#isCompleted) void callAll([listener], undefined)
    else this.#onCompletion.push(listener)
  }

  addTaskFailureListener(listener: FailureListener): void {
    if (this.#failure === undefined) this.#onFailure.push(listener)
    else void callAll([listener], this.#failure.error)
  }

  /**
   * Runs the task to its end, and those who wait for that.
   *
   * @throws what it throws; TROUPE_SPARK_TASK_LISTENER_FAILED when it went well but for a listener
   */
  async toEnd<R>(run: () => Promise<R>): Promise<R> {
    let result: R
    try {
      result = await run()
    } catch (error) {
      this.#failure = { error }
      await callAll(this.#onFailure, error)
      this.#isCompleted = true
      await callAll(this.#onCompletion, undefined)
      throw error
    }
    this.#isCompleted = true
    if (this.#onCompletion.length === 0) return result
    const [thrown] = await callAll(this.#onCompletion, undefined)
    if (thrown !== undefined) throw this.#listenerFailed(thrown)
    return result
  }

  #listenerFailed(cause: unknown): SparkError {
    const { taskAttemptId } = this
    const said = cause instanceof Error ? cause.message : String(cause)
    return new SparkError(
      'TROUPE_SPARK_TASK_LISTENER_FAILED',
      `A completion listener of task ${taskAttemptId} failed: ${said}`,
      { data: { taskAttemptId }, cause },
    )
  }
}

/** Calls all of them, the last first; answers what was thrown. */
async function callAll<A>(
  listeners: readonly ((argument: A) => void | Promise<void>)[],
  argument: A,
): Promise<readonly unknown[]> {
  const thrown: unknown[] = []
  for (const listener of [...listeners].reverse()) {
    try {
      await listener(argument)
    } catch (error) {
      thrown.push(error)
    }
  }
  return thrown
}

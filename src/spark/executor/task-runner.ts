import type { TaskDescription, TaskEnvironment, TaskResult } from '../task/index.ts'
import { ThreadBroadcasts } from '../broadcast/index.ts'
import { asError, stageUnknown } from '../errors.ts'
import { ThreadBlocks } from '../storage/index.ts'
import type { RunningTry, ThreadMemory } from './metrics/index.ts'
import {
  TaskMeasure,
  rebuildStage,
  rememberMetrics,
  runTask,
  type Cancellation,
  type RebuiltStage,
  type StageWork,
} from '../task/index.ts'

/** Runs tasks somewhere: in this thread, or in task threads. */
export interface TaskRunner {
  /** Tasks it runs at a time. */
  readonly slots: number
  /** Takes the code of a stage, before its first task. */
  load(stageId: number, binary: Uint8Array): void
  /** No task of the stage comes any more; those under way go on. */
  forget(stageId: number): void
  /** @throws what the task throws; TROUPE_SPARK_TASK_CANCELLED, TROUPE_SPARK_TASK_THREAD_LOST */
  run(task: TaskDescription): Promise<TaskResult>
  /** Ends a task at its next batch at the latest; does nothing when it is over. */
  cancel(taskAttemptId: number): void
  /** What its tasks have counted so far, and the memory of threads other than the one that asks. */
  report(): RunnerReport
  stop(): Promise<void>
}

/** What runs in a runner. */
export interface RunnerReport {
  readonly tries: readonly RunningTry[]
  readonly threads: readonly ThreadMemory[]
  /** Thread → what it runs, in Spark's words. */
  readonly names: ReadonlyMap<number, string>
}

interface Running {
  readonly cancellation: Cancellation
  readonly task: TaskDescription
  readonly measure: TaskMeasure
}

/** Packed stages to what they were. */
export type UnpackStage = (binary: Uint8Array) => StageWork | Promise<StageWork>

/**
 * Runs tasks in this thread, in turns with everything else in it: for `local` in memory and for tests, and inside
 * each task thread.
 */
export class InlineTaskRunner implements TaskRunner {
  readonly slots: number
  readonly #environment: TaskEnvironment
  readonly #unpack: UnpackStage
  /** stage → its code made again, once for each task at a time: tasks share neither what functions keep nor accumulators */
  readonly #idle = new Map<number, RebuiltStage[]>()
  readonly #binaries = new Map<number, Uint8Array>()
  readonly #running = new Map<number, Running>()

  constructor(slots: number, environment: TaskEnvironment, unpack: UnpackStage) {
    this.slots = slots
    this.#environment = withCache(environment)
    this.#unpack = unpack
  }

  load(stageId: number, binary: Uint8Array): void {
    this.#binaries.set(stageId, binary)
    this.#idle.delete(stageId)
  }

  forget(stageId: number): void {
    this.#binaries.delete(stageId)
    this.#idle.delete(stageId)
  }

  async run(
    task: TaskDescription,
    cancellation: Cancellation = { isCancelled: false },
  ): Promise<TaskResult> {
    const { stageId } = task
    const measure = new TaskMeasure(this.#environment.meter)
    this.#running.set(task.taskAttemptId, { cancellation, task, measure })
    const binary = this.#binaries.get(stageId)
    try {
      const stage = this.#idle.get(stageId)?.pop() ?? (await this.#rebuild(stageId, binary))
      try {
        return await runTask(stage, task, this.#environment, cancellation, measure)
      } catch (error) {
        const failure = asError(error)
        rememberMetrics(failure, measure.soFar())
        throw failure
      } finally {
        if (this.#binaries.get(stageId) === binary) this.#keep(stageId, stage)
      }
    } finally {
      this.#running.delete(task.taskAttemptId)
    }
  }

  cancel(taskAttemptId: number): void {
    const running = this.#running.get(taskAttemptId)
    if (running !== undefined) running.cancellation.isCancelled = true
  }

  report(): RunnerReport {
    const tries = [...this.#running.values()].flatMap(({ task, measure }) => {
      const { taskAttemptId, stageId, stageAttempt } = task
      const metrics = measure.soFar()
      return metrics === undefined ? [] : [{ taskAttemptId, stageId, stageAttempt, metrics }]
    })
    return { tries, threads: [], names: new Map() }
  }

  stop(): Promise<void> {
    for (const { cancellation } of this.#running.values()) cancellation.isCancelled = true
    return Promise.resolve()
  }

  #keep(stageId: number, stage: RebuiltStage): void {
    const idle = this.#idle.get(stageId)
    if (idle === undefined) this.#idle.set(stageId, [stage])
    else idle.push(stage)
  }

  async #rebuild(stageId: number, binary: Uint8Array | undefined): Promise<RebuiltStage> {
    if (binary === undefined) throw stageUnknown(stageId, this.#environment.executorId)
    return rebuildStage(await this.#unpack(binary))
  }
}

/** Tasks that run here keep blocks here: this is the thread that has them as objects. */
function withCache(environment: TaskEnvironment): TaskEnvironment {
  const { storage, disk, directory, codec, unrollBytes, isHeapFull = () => false } = environment
  if (storage === undefined) return environment
  // In between two messages nothing runs here, whatever tasks are under way.
  const isBusy = (): boolean => false
  const broadcasts = new ThreadBroadcasts(codec)
  const blocks = new ThreadBlocks({
    disk,
    directory,
    codec,
    unrollBytes,
    isHeapFull,
    isBusy,
    dropBroadcast: (broadcastId) => {
      broadcasts.drop(broadcastId)
    },
  })
  blocks.attachTo(storage.attach(blocks).home)
  return { ...environment, cache: blocks, broadcasts }
}

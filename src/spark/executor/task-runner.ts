import type { TaskDescription, TaskEnvironment, TaskResult } from '../task/index.ts'
import { stageUnknown } from '../errors.ts'
import {
  rebuildStage,
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
  stop(): Promise<void>
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
  /** stage → its code, made again when first needed */
  readonly #stages = new Map<number, Promise<RebuiltStage>>()
  readonly #binaries = new Map<number, Uint8Array>()
  readonly #running = new Map<number, Cancellation>()

  constructor(slots: number, environment: TaskEnvironment, unpack: UnpackStage) {
    this.slots = slots
    this.#environment = environment
    this.#unpack = unpack
  }

  load(stageId: number, binary: Uint8Array): void {
    this.#binaries.set(stageId, binary)
    this.#stages.delete(stageId) // it may have been asked for in vain before
  }

  forget(stageId: number): void {
    this.#binaries.delete(stageId)
    this.#stages.delete(stageId)
  }

  async run(
    task: TaskDescription,
    cancellation: Cancellation = { isCancelled: false },
  ): Promise<TaskResult> {
    this.#running.set(task.taskAttemptId, cancellation)
    try {
      return await runTask(await this.#stage(task.stageId), task, this.#environment, cancellation)
    } finally {
      this.#running.delete(task.taskAttemptId)
    }
  }

  cancel(taskAttemptId: number): void {
    const cancellation = this.#running.get(taskAttemptId)
    if (cancellation !== undefined) cancellation.isCancelled = true
  }

  stop(): Promise<void> {
    for (const cancellation of this.#running.values()) cancellation.isCancelled = true
    return Promise.resolve()
  }

  #stage(stageId: number): Promise<RebuiltStage> {
    let stage = this.#stages.get(stageId)
    if (stage === undefined) {
      stage = this.#rebuild(stageId)
      this.#stages.set(stageId, stage)
    }
    return stage
  }

  async #rebuild(stageId: number): Promise<RebuiltStage> {
    const binary = this.#binaries.get(stageId)
    if (binary === undefined) throw stageUnknown(stageId, this.#environment.executorId)
    return rebuildStage(await this.#unpack(binary))
  }
}

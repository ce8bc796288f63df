import type { ListenerStageInfo } from '../events/index.ts'
import { Oldest } from './limits.ts'
import { newStage, type StageRecord, type TaskRecord } from './records.ts'

/** One number for a stage and its attempt. */
const ATTEMPTS = 65_536

/** The attempts of stages, and the tries of their tasks. */
export class StageRecords {
  readonly #byKey = new Map<number, StageRecord>()
  readonly #attempts = new Map<number, StageRecord[]>()
  readonly #over = new Oldest<StageRecord>()
  readonly #tasksOver = new Oldest<TaskRecord>()
  readonly #maxStages: number
  readonly #maxTasks: number
  #tasks = 0

  constructor(maxStages: number, maxTasks: number) {
    this.#maxStages = maxStages
    this.#maxTasks = maxTasks
  }

  /** All, in no order. */
  get all(): IterableIterator<StageRecord> {
    return this.#byKey.values()
  }

  /** Attempts of one stage, the first one first. */
  attemptsOf(stageId: number): readonly StageRecord[] {
    return this.#attempts.get(stageId) ?? []
  }

  get(stageId: number, attempt: number): StageRecord | undefined {
    return this.#byKey.get(stageId * ATTEMPTS + attempt)
  }

  /** One that is not over. */
  live(stageId: number, attempt: number): StageRecord | undefined {
    const stage = this.get(stageId, attempt)
    return stage?.isLive === true ? stage : undefined
  }

  /** An attempt that is to run, or that runs. */
  expect(info: ListenerStageInfo): StageRecord {
    const known = this.live(info.stageId, info.attemptNumber)
    if (known !== undefined) {
      known.info = info
      return known
    }
    const former = this.get(info.stageId, info.attemptNumber)
    if (former !== undefined) this.#forget(former)
    const stage = newStage(info)
    this.#byKey.set(info.stageId * ATTEMPTS + info.attemptNumber, stage)
    const others = this.attemptsOf(info.stageId)
    const attempts = [...others, stage].sort((a, b) => a.info.attemptNumber - b.info.attemptNumber)
    this.#attempts.set(info.stageId, attempts)
    return stage
  }

  over(stage: StageRecord): void {
    stage.isLive = false
    this.#over.add(stage)
    while (this.#byKey.size > this.#maxStages) {
      const oldest = this.#over.take()
      if (oldest === undefined) return
      if (this.get(oldest.info.stageId, oldest.info.attemptNumber) === oldest) this.#forget(oldest)
    }
  }

  taskStarted(task: TaskRecord): void {
    task.stage.tasks.set(task.info.taskId, task)
    this.#tasks += 1
  }

  taskOver(task: TaskRecord): void {
    this.#tasksOver.add(task)
    while (this.#tasks > this.#maxTasks) {
      const oldest = this.#tasksOver.take()
      if (oldest === undefined) return
      if (oldest.isForgotten) continue
      oldest.stage.tasks.delete(oldest.info.taskId)
      oldest.isForgotten = true
      this.#tasks -= 1
    }
  }

  #forget(stage: StageRecord): void {
    const { stageId, attemptNumber } = stage.info
    this.#byKey.delete(stageId * ATTEMPTS + attemptNumber)
    const rest = this.attemptsOf(stageId).filter((one) => one !== stage)
    if (rest.length === 0) this.#attempts.delete(stageId)
    else this.#attempts.set(stageId, rest)
    for (const task of stage.tasks.values()) task.isForgotten = true
    this.#tasks -= stage.tasks.size
    stage.tasks.clear()
  }
}

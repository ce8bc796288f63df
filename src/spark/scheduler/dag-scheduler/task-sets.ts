import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import type { SparkEvent } from '../../events/index.ts'
import type { RegistryMessage } from '../executor-registry/index.ts'
import { DEFAULT_POOL } from '../pools/index.ts'
import { taskSet, type TaskSetMessage, type TaskSetSettings } from '../task-set/index.ts'
import type { DagEffect } from './events.ts'
import { JOB_PROPERTIES } from './job-selector.ts'
import type { DagSchedulerMessage, StagePackage } from './protocol.ts'

/** What task sets are made with. */
interface TaskSetsProps {
  readonly applicationId: string
  readonly registry: ActorRef<RegistryMessage>
  readonly tasks: TaskSetSettings
  readonly publish: (event: SparkEvent) => void
}

/** A task set that is there. */
export interface TaskSetChild {
  readonly ref: ActorRef<TaskSetMessage>
  readonly stageId: number
  readonly stageAttempt: number
  /** Its tries of tasks so far. */
  readonly taskAttemptIds: number[]
}

/** The task sets of the DAG scheduler, its children: one for each attempt of a stage that is not over. */
export class TaskSets {
  readonly #props: TaskSetsProps
  readonly #ctx: ActorContext<DagSchedulerMessage>
  /** path → task set */
  readonly #children = new Map<string, TaskSetChild>()
  #taskAttempts = 0

  constructor(props: TaskSetsProps, ctx: ActorContext<DagSchedulerMessage>) {
    this.#props = props
    this.#ctx = ctx
  }

  start(effect: Extract<DagEffect, { type: 'submit-task-set' }>, stage: StagePackage): void {
    const { plan, stageId, stageAttempt, jobId, partitions, properties } = effect
    const { applicationId, registry, tasks: settings, publish } = this.#props
    const { clock } = this.#ctx.environment
    const taskAttemptIds: number[] = []
    const { behavior, supervision } = taskSet({
      applicationId,
      jobId,
      stageId,
      stageAttempt,
      partitions,
      ...stage,
      settings,
      pool: properties[JOB_PROPERTIES.pool] ?? DEFAULT_POOL,
      registry,
      scheduler: this.#ctx.self,
      isShuffleMap: plan.shuffleId !== undefined,
      isBarrier: plan.isBarrier === true,
      resources: plan.resources,
      numPartitions: plan.numPartitions,
      properties,
      nextTaskAttemptId: () => {
        const id = this.#taskAttempts++
        taskAttemptIds.push(id)
        return id
      },
      nowMs: () => clock.now(),
      wallNowMs: () => clock.wallNow(),
      publish,
    })
    const options = { supervision, restart: 'temporary' } as const
    const ref = this.#ctx.spawn(behavior, `stage-${stageId}.${stageAttempt}`, options)
    this.#children.set(ref.path, { ref, stageId, stageAttempt, taskAttemptIds })
  }

  /** One that has ended by itself; undefined when that is known. */
  takeOut(path: string): TaskSetChild | undefined {
    const child = this.#children.get(path)
    this.#children.delete(path)
    return child
  }

  /** The one that has begun a try. */
  ofTry(taskAttemptId: number): TaskSetChild | undefined {
    for (const child of this.#children.values())
      if (child.taskAttemptIds.includes(taskAttemptId)) return child
    return undefined
  }

  /** Tells all, or those of one stage. */
  tell(message: TaskSetMessage, stageId?: number): void {
    for (const child of this.#children.values())
      if (stageId === undefined || child.stageId === stageId) child.ref.tell(message)
  }

  /** Nobody wants the outcomes of these attempts of a stage any more: of all of them, or of one. */
  stop(stageId: number, stageAttempt?: number): void {
    for (const [path, child] of this.#children) {
      if (child.stageId !== stageId) continue
      if (stageAttempt !== undefined && child.stageAttempt !== stageAttempt) continue
      this.#children.delete(path)
      void this.#ctx.stop(child.ref)
    }
  }
}

import { SparkError } from '../errors.ts'
import { currentTask } from './current-task.ts'
import type { TaskContext } from './task-context.ts'

/** Where one task of a barrier stage runs. */
export interface BarrierTaskInfo {
  /** `host:port` of the node of its executor; of an executor in the driver's process only the host. */
  readonly address: string
}

/** What the functions of a barrier stage can reach besides: all its tasks run at once, and may wait for each other. */
export interface BarrierTaskContext extends TaskContext {
  /**
   * Resolves when every task of the stage has called it; each must, as often as the others.
   *
   * @throws TROUPE_SPARK_BARRIER_FAILED, such as after `spark.barrier.sync.timeout`; the stage then runs again as a whole
   */
  barrier(): Promise<void>
  /** As {@link BarrierTaskContext.barrier}, and resolves to the messages of all, in order of partition. */
  allGather(message: string): Promise<readonly string[]>
  /** Of all tasks of the stage, in order of partition. */
  getTaskInfos(): readonly BarrierTaskInfo[]
}

/** The way to the context of the task of a barrier stage that a user's function runs in. */
export const BarrierTaskContext: {
  /** @throws TROUPE_SPARK_NOT_A_BARRIER_STAGE elsewhere */
  get(): BarrierTaskContext
} = {
  get: () => {
    const task = currentTask()
    if (task !== undefined && 'getTaskInfos' in task) return task as BarrierTaskContext
    throw new SparkError(
      'TROUPE_SPARK_NOT_A_BARRIER_STAGE',
      'It is not in a barrier stage: BarrierTaskContext.get() is for functions of rdd.barrier().mapPartitions and mapPartitionsWithIndex',
    )
  },
}

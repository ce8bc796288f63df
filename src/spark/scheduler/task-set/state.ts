import type { StaleReason } from './events.ts'

/** Failures of one task that end its job (spark.task.maxFailures). */
export const DEFAULT_MAX_TASK_FAILURES = 4

/** One task of a set: one partition to compute. */
export interface TaskState {
  readonly partition: number
  readonly preferredHosts: readonly string[]
  status: 'pending' | 'running' | 'done'
  /** The try that runs, or ran last; -1 before the first. */
  attempt: number
  /** Where it runs; undefined while it does not. */
  executorId: string | undefined
  /** Why the try that runs was told to end; undefined as long as it was not. */
  killedFor: string | undefined
  failures: number
  /** Executors on which it has failed and that are still there. */
  readonly failedOn: Set<string>
}

/** The tasks of one attempt of one stage. A transition consumes the state it is given. */
export interface TaskSetState {
  readonly stageId: number
  readonly stageAttempt: number
  readonly tasks: readonly TaskState[]
  /** Tasks to launch, in order; entries of tasks that are no longer pending are passed over. */
  queue: number[]
  readonly maxTaskFailures: number
  done: number
  running: number
  /** Nothing is launched any more; what runs may still finish. */
  isZombie: boolean
  isCancelled: boolean
  /** Executors that were lost while the set was there; their ids are never used again. */
  readonly lostExecutors: Set<string>
  /** Results that were refused, by reason. */
  readonly refused: Record<StaleReason, number>
}

/** A task set before its first offer. */
export function taskSetState(options: {
  readonly stageId: number
  readonly stageAttempt: number
  readonly partitions: readonly number[]
  readonly preferredHosts?: readonly (readonly string[])[]
  readonly maxTaskFailures?: number
}): TaskSetState {
  const { stageId, stageAttempt, partitions, preferredHosts } = options
  return {
    stageId,
    stageAttempt,
    tasks: partitions.map((partition, task) => ({
      partition,
      preferredHosts: preferredHosts?.[task] ?? [],
      status: 'pending',
      attempt: -1,
      executorId: undefined,
      killedFor: undefined,
      failures: 0,
      failedOn: new Set(),
    })),
    queue: partitions.map((_, task) => task),
    maxTaskFailures: options.maxTaskFailures ?? DEFAULT_MAX_TASK_FAILURES,
    done: 0,
    running: 0,
    isZombie: false,
    isCancelled: false,
    lostExecutors: new Set(),
    refused: { 'unknown-task': 0, 'other-attempt': 0, 'already-done': 0, cancelled: 0 },
  }
}

/** How many more slots the set could use. */
export function wantedSlots(state: TaskSetState): number {
  return state.isZombie ? 0 : state.tasks.length - state.done - state.running
}

import type { ActorRef } from '../../actors/index.ts'
import type { TaskDescription } from '../task/index.ts'
import type { TaskReport } from './protocol.ts'

/** A task that may run, and who is told how it ends. */
export interface ReadyTask {
  readonly task: TaskDescription
  readonly replyTo: ActorRef<TaskReport>
}

/**
 * Tasks that come by way of the cluster manager, apart from the driver's line: each waits for the code of its stage, and for
 * the driver to say who is told of its end, which come by that line.
 */
export class LaunchedTasks {
  readonly #loaded = new Set<number>()
  /** task attempt → the task */
  readonly #waiting = new Map<number, TaskDescription>()
  #replyTo: ActorRef<TaskReport> | undefined

  get replyTo(): ActorRef<TaskReport> | undefined {
    return this.#replyTo
  }

  reportTo(replyTo: ActorRef<TaskReport>): readonly ReadyTask[] {
    this.#replyTo = replyTo
    return this.#ready()
  }

  loaded(stageId: number): readonly ReadyTask[] {
    this.#loaded.add(stageId)
    return this.#ready()
  }

  forget(stageId: number): void {
    this.#loaded.delete(stageId)
  }

  add(task: TaskDescription): readonly ReadyTask[] {
    this.#waiting.set(task.taskAttemptId, task)
    return this.#ready()
  }

  /** It need not run any more; whether it waited. */
  cancel(taskAttemptId: number): boolean {
    return this.#waiting.delete(taskAttemptId)
  }

  #ready(): readonly ReadyTask[] {
    const replyTo = this.#replyTo
    if (replyTo === undefined) return []
    const ready: ReadyTask[] = []
    for (const [taskAttemptId, task] of this.#waiting) {
      if (!this.#loaded.has(task.stageId)) continue
      this.#waiting.delete(taskAttemptId)
      ready.push({ task, replyTo })
    }
    return ready
  }
}

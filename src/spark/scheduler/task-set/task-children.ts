import type { ActorRef } from '../../../actors/index.ts'
import type { ListenerTaskInfo } from '../../events/index.ts'
import type { TaskKey } from './events.ts'
import type { TaskMessage } from './protocol.ts'

/** The actor of a task, and the try that it runs. */
export interface TaskChild {
  readonly ref: ActorRef<TaskMessage>
  key: TaskKey
  startedMs: number
  /** As listeners were told when the try began; undefined when none runs. */
  info: ListenerTaskInfo | undefined
}

/** The actors of the tasks of one set: one a task, and another one while a task is run a second time. */
export class TaskChildren {
  /** task → its actors */
  readonly #ofTask = new Map<number, TaskChild[]>()
  readonly #byRef = new Map<ActorRef<never>, TaskChild>()

  add(child: TaskChild): void {
    const { task } = child.key
    const known = this.#ofTask.get(task)
    if (known === undefined) this.#ofTask.set(task, [child])
    else known.push(child)
    this.#byRef.set(child.ref, child)
  }

  remove(child: TaskChild): void {
    const { task } = child.key
    this.#byRef.delete(child.ref)
    const known = this.#ofTask.get(task)
    if (known === undefined) return
    known.splice(known.indexOf(child), 1)
    if (known.length === 0) this.#ofTask.delete(task)
  }

  /** One of a task that runs nothing. */
  idle(task: number): TaskChild | undefined {
    return this.#ofTask.get(task)?.find(({ info }) => info === undefined)
  }

  /** The one that runs a try. */
  running({ task, attempt }: TaskKey): TaskChild | undefined {
    return this.#ofTask
      .get(task)
      ?.find((child) => child.key.attempt === attempt && child.info !== undefined)
  }

  /** All of a task. */
  of(task: number): readonly TaskChild[] {
    return [...(this.#ofTask.get(task) ?? [])]
  }

  byRef(ref: ActorRef<never>): TaskChild | undefined {
    return this.#byRef.get(ref)
  }

  all(): Iterable<TaskChild> {
    return this.#byRef.values()
  }
}

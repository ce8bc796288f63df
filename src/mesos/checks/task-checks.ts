import { receive, setup, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { CheckNotice } from '../built-in/index.ts'
import type { ContainerMessage } from '../containerizer/index.ts'
import type { TaskInfo } from '../protocol/index.ts'
import { checker, type CheckerOptions } from './checker.ts'

/** Makes all checks that a task asks for, from now on, until it is stopped. */
export function taskChecks(
  { task_id, check, health_check }: TaskInfo,
  container: ActorRef<ContainerMessage>,
  owner: ActorRef<CheckNotice>,
): Behavior<never> {
  return setup<never>((ctx) => {
    const start = (of: CheckerOptions['check']): void => {
      ctx.spawn(checker({ taskId: task_id.value, check: of, container, owner }), of.kind)
    }
    if (check !== undefined) start({ kind: 'check', info: check })
    if (health_check !== undefined) start({ kind: 'health', info: health_check })
    return receive<never>(() => undefined)
  })
}

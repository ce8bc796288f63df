import { setup, receive, type ActorRef, type Behavior } from '../../../actors/index.ts'
import {
  startExecutorNode,
  type ExecutorDriverMessage,
  type ExecutorEvent,
} from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { decodeErrand } from './errand.ts'

type Message = ExecutorEvent | { readonly type: 'done'; readonly id: string }

/** The program of an executor: runs each task for as long as its errand takes. */
export async function runErrands(environment: Environment): Promise<void> {
  await startExecutorNode({
    environment,
    node: { heartbeatMs: 500 },
    start: ({ system, driver }) => system.spawn(errandRunner(driver), 'errands'),
  })
}

function errandRunner(driver: ActorRef<ExecutorDriverMessage>): Behavior<ExecutorEvent> {
  const behavior = setup<Message>((ctx) => {
    const update = (id: string, state: 'TASK_RUNNING' | 'TASK_FINISHED' | 'TASK_KILLED'): void => {
      driver.tell({ type: 'UPDATE', update: { status: { task_id: { value: id }, state } } })
    }
    return receive<Message>((message) => {
      switch (message.type) {
        case 'LAUNCH': {
          const { task_id, data } = message.launch.task
          const { takesMs } = decodeErrand(data ?? new Uint8Array())
          update(task_id.value, 'TASK_RUNNING')
          ctx.timers.startSingle(task_id.value, { type: 'done', id: task_id.value }, takesMs)
          return
        }
        case 'done':
          update(message.id, 'TASK_FINISHED')
          return
        case 'KILL':
          if (!ctx.timers.isActive(message.kill.task_id.value)) return
          ctx.timers.cancel(message.kill.task_id.value)
          update(message.kill.task_id.value, 'TASK_KILLED')
          return
        case 'SHUTDOWN':
          ctx.environment.processes.exit(0)
          return
        default:
      }
    })
  })
  return behavior
}

import { receive, setup, type ActorRef, type Behavior } from '../../actors/index.ts'
import {
  isTerminal,
  type ExecutorDriverMessage,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskInfo,
} from '../../mesos/index.ts'
import { throttleExecutor } from '../executor/index.ts'
import type { StartTask } from '../run/index.ts'

/** What this process is to a run without a master. */
export interface LocalSettings {
  readonly startTask: StartTask
  readonly cpus: number
  readonly mem: number
}

const FRAMEWORK = { value: 'local' }
const AGENT = { value: 'local' }
const EXECUTOR = { value: 'local' }
const HOST = 'localhost'

type Message =
  SchedulerDriverMessage | { readonly type: 'executor'; readonly said: ExecutorDriverMessage }

/**
 * Stands for a master, an agent and a driver where there is none: offers what the run needs of this process, whose executor is a
 * child of this actor.
 */
export function localDriver(
  { startTask, cpus, mem }: LocalSettings,
  handler: ActorRef<SchedulerDriverEvent>,
): Behavior<SchedulerDriverMessage> {
  const behavior = setup<Message>((ctx) => {
    /** Task → what it takes. */
    const running = new Map<string, TaskInfo>()
    let offers = 0
    let isSuppressed = false
    let isOpen = false

    const free = (name: string, total: number): number =>
      [...running.values()]
        .flatMap(({ resources }) => resources)
        .reduce((left, one) => {
          const value = one.type === 'SCALAR' && one.name === name ? one.scalar.value : 0
          return left - value
        }, total)

    const offer = (): void => {
      if (isSuppressed || isOpen) return
      isOpen = true
      const scalar = (name: string, value: number) =>
        ({ name, type: 'SCALAR', scalar: { value }, role: '*' }) as const
      const one = {
        id: { value: `local-${String(++offers)}` },
        framework_id: FRAMEWORK,
        agent_id: AGENT,
        hostname: HOST,
        resources: [scalar('cpus', free('cpus', cpus)), scalar('mem', free('mem', mem))],
      }
      handler.tell({ type: 'OFFERS', offers: { offers: [one] } })
    }

    const executor = ctx.spawn(
      throttleExecutor({
        startTask,
        onShutdown: () => undefined,
        driver: ctx.adapter((said: ExecutorDriverMessage) => ({ type: 'executor', said })),
      }),
      'executor',
    )

    const heard = (said: ExecutorDriverMessage): void => {
      if (said.type === 'MESSAGE') {
        const { data } = said.message
        handler.tell({
          type: 'MESSAGE',
          message: { agent_id: AGENT, executor_id: EXECUTOR, data },
        })
        return
      }
      const { status } = said.update
      const isOver = isTerminal(status.state)
      if (isOver) running.delete(status.task_id.value)
      const source = 'SOURCE_EXECUTOR' as const
      handler.tell({
        type: 'UPDATE',
        update: { status: { ...status, source, agent_id: AGENT } },
      })
      if (isOver) offer()
    }

    const launch = (task: TaskInfo): void => {
      running.set(task.task_id.value, task)
      executor.tell({ type: 'LAUNCH', launch: { task } })
    }

    handler.tell({ type: 'SUBSCRIBED', subscribed: { framework_id: FRAMEWORK } })
    offer()
    return receive<Message>((message) => {
      switch (message.type) {
        case 'executor':
          heard(message.said)
          return
        case 'ACCEPT':
          isOpen = false
          for (const operation of message.accept.operations) {
            if (operation.type === 'LAUNCH') operation.launch.task_infos.forEach(launch)
          }
          return
        case 'DECLINE':
          isOpen = false
          return
        case 'SUPPRESS':
          isSuppressed = true
          return
        case 'REVIVE':
          isSuppressed = false
          offer()
          return
        case 'KILL':
          executor.tell({ type: 'KILL', kill: message.kill })
          return
        case 'MESSAGE':
          executor.tell({ type: 'MESSAGE', message: { data: message.message.data } })
          return
        case 'stop':
          ctx.stop()
          return
        default:
      }
    })
  })
  return behavior
}

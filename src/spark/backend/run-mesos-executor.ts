import { receive, startInspector, type ActorRef } from '../../actors/index.ts'
import { startExecutorNode, type ExecutorEvent, type TaskStatus } from '../../mesos/index.ts'
import type { Environment } from '../../platform/index.ts'
import {
  executorNodeOptions,
  executorSettings,
  startExecutor,
  type ExecutorCommand,
} from '../executor/index.ts'
import { MesosTasks } from './mesos-tasks.ts'

/**
 * The main function of an executor's process under an agent: links to the agent and to the driver, says that the task
 * which stands for it runs, and ends the process when either says so or is gone.
 */
export async function runMesosExecutor(environment: Environment): Promise<void> {
  const settings = executorSettings(environment.processes.environment)
  const life: { executor?: Promise<ActorRef<ExecutorCommand>> } = {}
  let tasks: MesosTasks | undefined
  const exit = (code: number): void => {
    environment.processes.exit(code)
  }
  const { system, node, variables } = await startExecutorNode({
    environment,
    node: { listen: true, ...executorNodeOptions(settings) },
    start: (parts) => {
      const update = (state: TaskStatus['state'], message: string): void => {
        const status: TaskStatus = { task_id: { value: settings.executorId }, state, message }
        parts.driver.tell({ type: 'UPDATE', update: { status } })
      }
      if (settings.isFineGrained === true) {
        tasks = new MesosTasks(environment, settings, parts.driver)
      }
      const end = (reason: string): void => {
        if (life.executor === undefined) exit(0)
        void life.executor?.then((ref) => {
          ref.tell({ type: 'shut-down', reason })
        })
      }
      return parts.system.spawn(
        receive<ExecutorEvent>((event) => {
          switch (event.type) {
            case 'LAUNCH':
              if (tasks !== undefined) tasks.launch(event.launch.task)
              else update('TASK_RUNNING', 'the executor is up')
              return
            case 'KILL':
              if (tasks !== undefined) {
                tasks.kill(event.kill.task_id.value)
                return
              }
              update('TASK_KILLED', 'the driver asked for its end')
              end('the driver asked for its end')
              return
            case 'SHUTDOWN':
              end('the agent asked for its end')
              return
            default:
          }
        }),
        'mesos-executor',
      )
    },
  })
  startInspector(system)
  const directory = `${variables.sandbox}/blocks`
  life.executor = startExecutor({
    system,
    node,
    settings,
    directory,
    onLaunchedEnd: (taskAttemptId, error) => {
      tasks?.ended(taskAttemptId, error)
    },
    onEnd: (reason, exitCode) => {
      environment.log.write('info', `executor ${settings.executorId} ends: ${reason}`)
      exit(exitCode)
    },
  })
  const executor = await life.executor
  tasks?.serve(executor)
}

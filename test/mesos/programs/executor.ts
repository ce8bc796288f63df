// The main module of an executor's process: runs a task until it is killed or gets its name as a message.
import { receive } from '../../../src/actors/index.ts'
import { startExecutorNode, type ExecutorEvent, type TaskState } from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'

const environment = nodeEnvironment()
await startExecutorNode({
  environment,
  node: { heartbeatMs: 200, unreachableLimitMs: 2000 },
  start: ({ system, driver, variables }) => {
    const update = (id: string, state: TaskState): void => {
      driver.tell({ type: 'UPDATE', update: { status: { task_id: { value: id }, state } } })
    }
    environment.processes.stdout.write(`executor in ${variables.sandbox}\n`)
    return system.spawn(
      receive<ExecutorEvent>((event) => {
        if (event.type === 'LAUNCH') update(event.launch.task.task_id.value, 'TASK_RUNNING')
        if (event.type === 'KILL') update(event.kill.task_id.value, 'TASK_KILLED')
        if (event.type === 'MESSAGE') {
          update(new TextDecoder().decode(event.message.data), 'TASK_FINISHED')
        }
        if (event.type === 'SHUTDOWN') environment.processes.exit(0)
      }),
      'program',
    )
  },
})

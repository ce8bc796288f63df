import { startInspector } from '../../actors/index.ts'
import { startExecutorNode } from '../../mesos/index.ts'
import type { Environment } from '../../platform/index.ts'
import type { StartTask } from '../run/index.ts'
import { throttleExecutor } from './executor.ts'

/** The main function of an executor's process, under an agent of whichever make. */
export async function runThrottleExecutor(
  environment: Environment,
  startTask: StartTask,
): Promise<void> {
  const { system } = await startExecutorNode({
    environment,
    start: (parts) =>
      parts.system.spawn(
        throttleExecutor({
          driver: parts.driver,
          startTask,
          onShutdown: () => environment.processes.exit(0),
        }),
        'throttle-executor',
      ),
  })
  startInspector(system)
}

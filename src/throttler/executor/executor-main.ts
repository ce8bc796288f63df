/** The module that an agent starts as an executor of the Throttler. */
import { nodeEnvironment } from '../../platform/index.ts'
import { startTask } from '../load/index.ts'
import { runThrottleExecutor } from './run-executor.ts'

const environment = nodeEnvironment()
runThrottleExecutor(environment, startTask).catch((error: unknown) => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  environment.log.write('error', `the executor can't start: ${message}`)
  environment.processes.exit(1)
})

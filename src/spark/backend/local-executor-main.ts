/** The module that a driver starts as an executor on its own machine. */
import { nodeEnvironment } from '../../platform/index.ts'
import { markExecutor } from '../executor/index.ts'
import { runLocalExecutor } from './run-local-executor.ts'

markExecutor()
const environment = nodeEnvironment()
runLocalExecutor(environment).catch((error: unknown) => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  environment.log.write('error', `the executor can't start: ${message}`)
  environment.processes.exit(1)
})

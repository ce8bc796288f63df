/** The module that an agent starts as an executor of the engine. */
import { nodeEnvironment } from '../../platform/index.ts'
import { markExecutor } from '../executor/index.ts'
import { runMesosExecutor } from './run-mesos-executor.ts'

markExecutor()
const environment = nodeEnvironment()
runMesosExecutor(environment).catch((error: unknown) => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  environment.log.write('error', `the executor can't start: ${message}`)
  environment.processes.exit(1)
})

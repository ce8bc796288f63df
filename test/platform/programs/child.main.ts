import { nodeEnvironment } from '../../../src/platform/index.ts'
import { runChild } from './child.ts'

const environment = nodeEnvironment()
await runChild(environment, environment.processes.args)

import { nodeEnvironment } from '../../../src/platform/index.ts'
import { runChild } from './child.ts'

const environment = nodeEnvironment()
runChild(environment, environment.processes.args)

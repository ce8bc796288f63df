import { nodeEnvironment } from '../../../../src/platform/index.ts'
import { runPulse } from './pulse.ts'

const environment = nodeEnvironment()
await runPulse(environment, environment.processes.args)

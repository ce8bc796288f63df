/** A shell as a process of its own, with the configuration of its environment and the files of its arguments. */
import { nodeEnvironment } from '../../platform/index.ts'
import { runShell } from './shell.ts'

const environment = nodeEnvironment()
const { processes } = environment
processes.exit(await runShell(environment, { conf: {}, files: processes.args }))

#!/usr/bin/env node
/** The `troupe` command, as a process: the real environment, the arguments, an exit code. */
import { nodeEnvironment } from '../platform/index.ts'
import { runCommandLine } from './program.ts'

const environment = nodeEnvironment()
environment.processes.exit(await runCommandLine(environment, environment.processes.args))

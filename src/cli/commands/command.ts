import type { Command } from '../command-line.ts'
import type { Environment } from '../../platform/index.ts'

/** Makes one subcommand; `finish` sets the exit code where it is not 0. */
export type CommandFactory = (environment: Environment, finish: (code: number) => void) => Command

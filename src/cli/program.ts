import { Command, CommanderError } from './command-line.ts'
import { isTroupeError } from '../platform/index.ts'
import type { Environment } from '../platform/index.ts'
import { commandsFor } from './commands/index.ts'
import { fieldArguments } from './field-flags.ts'
import { VERSION } from './version.ts'

/**
 * Runs one command line and resolves to its exit code: 0 done, 1 failed, 2 a command line that is
 * not understood.
 */
export async function runCommandLine(
  environment: Environment,
  args: readonly string[],
): Promise<number> {
  const { stdout, stderr } = environment.processes
  const program = new Command('troupe')
    .description('Actors, supervision trees and a data platform made of them.')
    .version(VERSION)
    // What stands behind a command is its own, so that it may pass it on.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        stdout.write(text)
      },
      writeErr: (text) => {
        stderr.write(text)
      },
    })
  let exitCode = 0
  const finish = (code: number): void => {
    exitCode = code
  }
  const commands = await commandsFor(args[0])
  for (const command of commands) {
    program.addCommand(inheriting(command(environment, finish), program))
  }
  try {
    await program.parseAsync(await argumentsOf(environment, program, args), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    stderr.write(`${describe(error)}\n`)
    return 1
  }
}

/** Commands that Mesos has too take their flags as there. */
const OF_THE_FIELD: ReadonlySet<string> = new Set(['master', 'agent', 'execute'])

async function argumentsOf(
  environment: Environment,
  program: Command,
  args: readonly string[],
): Promise<readonly string[]> {
  const [name = '', ...rest] = args
  const command = program.commands.find((one) => one.name() === name)
  if (command === undefined || !OF_THE_FIELD.has(name)) return args
  return [name, ...(await fieldArguments(environment, command, rest))]
}

/** A subcommand, and those below it, write and exit as the program does. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const below of command.commands) inheriting(below, command)
  return command
}

/** A refusal in one line with its code; anything else with its stack. */
function describe(error: unknown): string {
  if (isTroupeError(error)) return `troupe: ${error.message} (${error.code})`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

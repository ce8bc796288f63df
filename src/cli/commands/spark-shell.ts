import { Command } from '../command-line.ts'
import { submittedVariables } from '../../spark/context/index.ts'
import { runShell, shellProgram } from '../../spark/repl/index.ts'
import { withConfFlags, type ConfFlags } from '../submit/flags.ts'
import { gatherConf } from '../submit/gather-conf.ts'
import { runProgram } from '../submit/run-program.ts'
import { VERSION } from '../version.ts'
import type { CommandFactory } from './command.ts'

interface ShellFlags extends ConfFlags {
  readonly i: readonly string[]
}

/** `troupe spark-shell`: TypeScript line by line, with a SparkContext at hand. */
export const sparkShellCommand: CommandFactory = (environment, finish) =>
  withConfFlags(
    new Command('spark-shell')
      .description(
        'type programs of the engine line by line, in TypeScript, with a context at hand',
      )
      .version(VERSION),
  )
    .option('-i <file>', 'a file to run first; as often as wanted', collected, [])
    .addHelpText('after', HELP)
    .action(async (flags: ShellFlags) => {
      const { conf, heapMb } = await gatherConf(environment, flags, 'Spark shell', ['spark-shell'])
      if (heapMb === undefined) {
        finish(await runShell(environment, { conf, files: flags.i }))
        return
      }
      // A heap is given to a process when it starts.
      finish(
        await runProgram(environment, {
          program: shellProgram,
          args: flags.i,
          variables: submittedVariables(conf),
          heapMb,
        }),
      )
    })

const HELP = `
Standard input that is no terminal is run as a program; the first statement that fails ends it, with exit code 1.`

function collected(path: string, before: readonly string[]): readonly string[] {
  return [...before, path]
}

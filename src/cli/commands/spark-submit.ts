import { Command } from '../command-line.ts'
import { typeScriptLoaderUrl, type Environment } from '../../platform/index.ts'
import { submittedVariables } from '../../spark/context/index.ts'
import { withConfFlags, type ConfFlags } from '../submit/flags.ts'
import { gatherConf } from '../submit/gather-conf.ts'
import { isTypeScript } from '../submit/main-file.ts'
import { runProgram } from '../submit/run-program.ts'
import { VERSION } from '../version.ts'
import type { CommandFactory } from './command.ts'

/** `troupe spark-submit`: runs a program of the engine, by the flags and files of Spark. */
export const sparkSubmitCommand: CommandFactory = (environment, finish) =>
  withConfFlags(
    new Command('spark-submit')
      .description('run a program of the engine, with the configuration that flags and files say')
      .usage('[options] <program.ts> [arguments of the program]')
      .version(VERSION)
      .argument(
        '<program>',
        'a file of TypeScript or JavaScript, or the folder of a package with a main file',
      )
      .argument('[arguments...]', 'passed on as they are')
      .passThroughOptions(),
  )
    .addHelpText('after', HELP)
    .action(
      async (program: string, args: readonly string[], flags: ConfFlags, command: Command) => {
        const isThere = (await environment.disk.stat(program)) !== undefined
        if (!isThere) command.error(`error: there is no program ${program}`)
        finish(await submit(environment, program, args, flags))
      },
    )

const HELP = `
What goes before what: the program's own SparkConf, these flags, --properties-file, spark-defaults.conf
(in $SPARK_CONF_DIR, or in the folder conf). TypeScript is run as it is; its types are not checked.`

async function submit(
  environment: Environment,
  program: string,
  args: readonly string[],
  flags: ConfFlags,
): Promise<number> {
  const { disk } = environment
  const name = program.replace(/\/+$/, '').split('/').at(-1) ?? program
  const { conf, heapMb } = await gatherConf(environment, flags, name, [
    `program: ${program}`,
    `arguments: ${args.map((one) => JSON.stringify(one)).join(' ')}`,
  ])
  return runProgram(environment, {
    program: disk.absolute(program),
    args,
    variables: submittedVariables(conf),
    nodeArgs: (await isTypeScript(disk, program)) ? ['--import', typeScriptLoaderUrl] : [],
    ...(heapMb !== undefined && { heapMb }),
  })
}

import { Command, InvalidArgumentError } from '../command-line.ts'
import type { Environment } from '../../platform/index.ts'
import { confValue, submittedVariables } from '../../spark/context/index.ts'
import { readProperties, type Property } from '../submit/properties.ts'
import { runProgram } from '../submit/run-program.ts'
import { shownConf, submittedConf, type KeyFlags } from '../submit/submission.ts'
import { VERSION } from '../version.ts'
import type { CommandFactory } from './command.ts'

interface SubmitFlags extends KeyFlags {
  readonly conf: readonly Property[]
  readonly propertiesFile?: string
  readonly numExecutors?: string
  readonly verbose: boolean
}

/** `troupe spark-submit`: runs a program of the engine, by the flags and files of Spark. */
export const sparkSubmitCommand: CommandFactory = (environment, finish) =>
  new Command('spark-submit')
    .description('run a program of the engine, with the configuration that flags and files say')
    .usage('[options] <program.js> [arguments of the program]')
    .version(VERSION)
    .argument('<program>', 'a JavaScript file, or the folder of a package with a main file')
    .argument('[arguments...]', 'passed on as they are')
    .passThroughOptions()
    .option('--master <url>', 'local[k], mesos://host:port … (spark.master); local[*] by default')
    .option('--deploy-mode <mode>', 'client: the program runs here (spark.submit.deployMode)')
    .option('--name <name>', 'of the application (spark.app.name)')
    .option(
      '-c, --conf <key=value>',
      'a key of the configuration; as often as wanted',
      property,
      [],
    )
    .option('--properties-file <path>', 'a file with more of them')
    .option('--driver-memory <size>', "heap of the program's process (spark.driver.memory)")
    .option('--executor-memory <size>', 'heap of an executor (spark.executor.memory)')
    .option('--executor-cores <n>', 'cores of an executor (spark.executor.cores)')
    .option('--total-executor-cores <n>', 'cores of all executors together (spark.cores.max)')
    .option('--num-executors <n>', 'for YARN and Kubernetes; ignored, as by other masters of Spark')
    .option('-v, --verbose', 'say what the program is run with', false)
    .addHelpText('after', HELP)
    .action(
      async (program: string, args: readonly string[], flags: SubmitFlags, command: Command) => {
        const problem = await programProblem(environment, program)
        if (problem !== undefined) command.error(`error: ${problem}`)
        finish(await submit(environment, program, args, flags))
      },
    )

const HELP = `
What goes before what: the program's own SparkConf, these flags, --properties-file, spark-defaults.conf
(in $SPARK_CONF_DIR, or in the folder conf). TypeScript is to be compiled first.`

async function submit(
  environment: Environment,
  program: string,
  args: readonly string[],
  flags: SubmitFlags,
): Promise<number> {
  const { disk, processes } = environment
  const say = (line: string): void => {
    processes.stderr.write(`${line}\n`)
  }
  const folder = processes.environment['SPARK_CONF_DIR'] ?? 'conf'
  const defaults = `${folder}/spark-defaults.conf`
  const hasDefaults = (await disk.stat(defaults)) !== undefined
  const { conf, warnings } = submittedConf({
    flags,
    confs: flags.conf,
    file: flags.propertiesFile === undefined ? [] : await propertiesAt(disk, flags.propertiesFile),
    defaults: hasDefaults ? await propertiesAt(disk, defaults) : [],
    program: program.replace(/\/+$/, '').split('/').at(-1) ?? program,
  })
  for (const warning of warnings) say(`troupe: ${warning}`)
  if (flags.numExecutors !== undefined) {
    say('troupe: --num-executors is ignored: it is for YARN and Kubernetes, which are not there')
  }
  confValue(conf, 'spark.submit.deployMode')
  const heapBytes = confValue(conf, 'spark.driver.memory')
  if (flags.verbose) {
    say(`program: ${program}`)
    say(`arguments: ${args.map((one) => JSON.stringify(one)).join(' ')}`)
    say(
      `files: ${[flags.propertiesFile, hasDefaults ? defaults : undefined].filter(Boolean).join(', ')}`,
    )
    for (const line of shownConf(conf)) say(line)
  }
  return runProgram(environment, {
    program: disk.absolute(program),
    args,
    variables: submittedVariables(conf),
    ...(heapBytes !== undefined && { heapMb: Math.floor(heapBytes / 2 ** 20) }),
  })
}

async function programProblem({ disk }: Environment, program: string): Promise<string | undefined> {
  if (/\.[cm]?tsx?$/.test(program)) {
    return `${program} is TypeScript, which Node does not run everywhere: compile it (npx tsc), and submit the .js file`
  }
  if ((await disk.stat(program)) !== undefined) return undefined
  return `there is no program ${program}`
}

async function propertiesAt(disk: Environment['disk'], path: string): Promise<readonly Property[]> {
  return readProperties(new TextDecoder().decode(await disk.readFile(path)))
}

function property(text: string, before: readonly Property[]): readonly Property[] {
  const at = text.indexOf('=')
  if (at > 0) return [...before, [text.slice(0, at).trim(), text.slice(at + 1).trim()]]
  throw new InvalidArgumentError('It is key=value, such as spark.cores.max=4.')
}

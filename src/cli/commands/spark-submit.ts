import { Command } from '../command-line.ts'
import { typeScriptLoaderUrl, type Disk, type Environment } from '../../platform/index.ts'
import { confValue, submittedVariables } from '../../spark/context/index.ts'
import {
  clusterProblem,
  driverStatus,
  killDriver,
  submitToCluster,
} from '../submit/cluster-submission.ts'
import { withConfFlags, type ConfFlags } from '../submit/flags.ts'
import { gatherConf, type GatheredConf } from '../submit/gather-conf.ts'
import { runProgram } from '../submit/run-program.ts'
import { VERSION } from '../version.ts'
import type { CommandFactory } from './command.ts'

interface SubmitFlags extends ConfFlags {
  /** Of the driver, in cluster mode. */
  readonly kill?: string
  readonly status?: string
}

/** `troupe spark-submit`: runs a program of the engine, by the flags and files of Spark. */
export const sparkSubmitCommand: CommandFactory = (environment, finish) =>
  withConfFlags(
    new Command('spark-submit')
      .description('run a program of the engine, with the configuration that flags and files say')
      .usage('[options] <program.ts> [arguments of the program]')
      .version(VERSION)
      .argument(
        '[program]',
        'a file of TypeScript or JavaScript, or the folder of a package with a main file',
      )
      .argument('[arguments...]', 'passed on as they are')
      .passThroughOptions(),
  )
    .option('--driver-cores <n>', 'cores of a program that runs on a worker (spark.driver.cores)')
    .option('--supervise', 'run it again there when it fails (spark.driver.supervise)')
    .option('--kill <driver>', 'end a program that runs on a worker')
    .option('--status <driver>', 'say how such a program stands')
    .addHelpText('after', HELP)
    .action(
      async (
        program: string | undefined,
        args: readonly string[],
        flags: SubmitFlags,
        command: Command,
      ) => {
        const gathered = await gatherConf(environment, flags, nameOf(program ?? ''), [
          `program: ${program ?? ''}`,
          `arguments: ${args.map((one) => JSON.stringify(one)).join(' ')}`,
        ])
        const problem = await problemOf(environment, program, gathered, flags)
        if (problem !== undefined) command.error(`error: ${problem}`)
        finish(await submit(environment, program ?? '', args, gathered, flags))
      },
    )

const HELP = `
What goes before what: the program's own SparkConf, these flags, --properties-file, spark-defaults.conf
(in $SPARK_CONF_DIR, or in the folder conf). TypeScript is run as it is; its types are not checked.`

function nameOf(program: string): string {
  return program.replace(/\/+$/, '').split('/').at(-1) ?? program
}

/** Whether the program runs on a worker. */
function isForCluster({ conf }: GatheredConf): boolean {
  return confValue(conf, 'spark.submit.deployMode') === 'cluster'
}

async function problemOf(
  { disk }: Environment,
  program: string | undefined,
  gathered: GatheredConf,
  { kill, status }: SubmitFlags,
): Promise<string | undefined> {
  const isAsking = kill !== undefined || status !== undefined
  if (isAsking || isForCluster(gathered)) {
    const problem = clusterProblem(gathered.conf['spark.master'] ?? '')
    if (problem !== undefined) return problem
  }
  if (isAsking) return undefined
  if (program === undefined) return "missing required argument 'program'"
  // With deploy mode cluster it need not be on this machine.
  if (isForCluster(gathered)) return undefined
  const found = await disk.stat(program)
  if (found === undefined) return `there is no program ${program}`
  return found.isDirectory ? folderProblem(disk, program) : undefined
}

async function folderProblem(disk: Disk, program: string): Promise<string | undefined> {
  const folder = program.replace(/\/+$/, '')
  for (const name of ['package.json', 'index.js']) {
    if ((await disk.stat(`${folder}/${name}`)) !== undefined) return undefined
  }
  return `the folder ${program} is no program: it has no package.json, whose "main" names one, and no index.js`
}

async function submit(
  environment: Environment,
  program: string,
  args: readonly string[],
  gathered: GatheredConf,
  { kill, status }: SubmitFlags,
): Promise<number> {
  const { disk, processes } = environment
  const { conf, heapMb } = gathered
  const say = (line: string): void => {
    processes.stderr.write(`${line}\n`)
  }
  if (kill !== undefined) return killDriver(environment, kill, conf, say)
  if (status !== undefined) return driverStatus(environment, status, conf, say)
  if (isForCluster(gathered)) {
    const path = /^file:/.test(program) ? program : disk.absolute(program)
    return submitToCluster(environment, path, args, conf, say)
  }
  return runProgram(environment, {
    program: disk.absolute(program),
    args,
    variables: submittedVariables(conf),
    nodeArgs: ['--import', typeScriptLoaderUrl],
    ...(heapMb !== undefined && { heapMb }),
  })
}

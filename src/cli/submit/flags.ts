import type { Command } from '../command-line.ts'
import { aProperty, type Property } from './properties.ts'
import type { KeyFlags } from './submission.ts'

/** The flags that say with which configuration something is run. */
export interface ConfFlags extends KeyFlags {
  readonly conf: readonly Property[]
  readonly propertiesFile?: string
  readonly numExecutors?: string
  readonly verbose: boolean
}

/** Gives a command the flags of {@link ConfFlags}, as Spark has them. */
export function withConfFlags(command: Command): Command {
  return command
    .option('--master <url>', 'local[k], mesos://host:port … (spark.master); local[*] by default')
    .option(
      '--deploy-mode <mode>',
      'client: the program runs here; cluster: on a worker (spark.submit.deployMode)',
    )
    .option('--name <name>', 'of the application (spark.app.name)')
    .option(
      '-c, --conf <key=value>',
      'a key of the configuration; as often as wanted',
      aProperty,
      [],
    )
    .option('--properties-file <path>', 'a file with more of them')
    .option('--driver-memory <size>', "heap of the program's process (spark.driver.memory)")
    .option('--executor-memory <size>', 'heap of an executor (spark.executor.memory)')
    .option('--executor-cores <n>', 'cores of an executor (spark.executor.cores)')
    .option('--total-executor-cores <n>', 'cores of all executors together (spark.cores.max)')
    .option('--num-executors <n>', 'for YARN and Kubernetes; ignored, as by other masters of Spark')
    .option('--files <paths>', 'files, parted by commas, for SparkFiles.get in tasks (spark.files)')
    .option(
      '--archives <paths>',
      'the same, unpacked; behind # what they are called (spark.archives)',
    )
    .option('-v, --verbose', 'say what the program is run with', false)
}

import { InvalidArgumentError, type Command } from '../command-line.ts'
import type { Property } from './properties.ts'
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
}

function property(text: string, before: readonly Property[]): readonly Property[] {
  const at = text.indexOf('=')
  if (at > 0) return [...before, [text.slice(0, at).trim(), text.slice(at + 1).trim()]]
  throw new InvalidArgumentError('It is key=value, such as spark.cores.max=4.')
}

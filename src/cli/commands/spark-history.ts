import { Command, Option } from '../command-line.ts'
import { confValue, type SparkConf } from '../../spark/context/index.ts'
import { startHistoryServer, type HistoryOptions } from '../../spark/history/index.ts'
import { confFlag, daemonConf, propertiesFileFlag, type ConfFlags } from '../submit/daemon-conf.ts'
import type { CommandFactory } from './command.ts'
import { endWithFlag, hostFlag, wholeNumber } from './node-flags.ts'
import { onTold } from './until-told.ts'

const PORT = 18_080

interface HistoryFlags extends ConfFlags {
  readonly host: string
  readonly port?: number
  readonly endWith?: number
}

/** `troupe spark-history`: Spark's REST API of applications, out of their event logs. */
export const sparkHistoryCommand: CommandFactory = (environment) =>
  new Command('spark-history')
    .description("serve Spark's REST API of the applications whose event logs lie in a directory")
    .argument(
      '[directory]',
      'of event logs: what applications have as spark.eventLog.dir; spark.history.fs.logDirectory by default',
    )
    .addOption(
      new Option(
        '--port <port>',
        `port to listen on; 0 takes any free one; ${PORT} by default`,
      ).argParser(wholeNumber('a port', 0, 65_535)),
    )
    .addOption(confFlag())
    .addOption(propertiesFileFlag())
    .addOption(hostFlag())
    .addOption(endWithFlag())
    .action(async (given: string | undefined, flags: HistoryFlags) => {
      const { host, endWith } = flags
      const conf = await daemonConf(environment, flags)
      const directory = given ?? confValue(conf, 'spark.history.fs.logDirectory')
      const port = flags.port ?? confValue(conf, 'spark.history.ui.port') ?? PORT
      const options = { host, port, directory, ...cleanerOf(conf) }
      const server = await startHistoryServer(environment, options)
      const { stdout } = environment.processes
      stdout.write(`the applications of ${directory} are at ${server.url}/api/v1/applications\n`)
      let forget = (): void => {}
      await new Promise<void>((resolve) => {
        forget = onTold(environment, endWith, resolve)
      })
      forget()
      await server.close()
    })

function cleanerOf(conf: SparkConf): Pick<HistoryOptions, 'cleaner'> {
  if (!confValue(conf, 'spark.history.fs.cleaner.enabled')) return {}
  return {
    cleaner: {
      intervalMs: confValue(conf, 'spark.history.fs.cleaner.interval'),
      maxAgeMs: confValue(conf, 'spark.history.fs.cleaner.maxAge'),
      maxNum: confValue(conf, 'spark.history.fs.cleaner.maxNum'),
    },
  }
}

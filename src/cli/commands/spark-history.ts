import { Command } from '../command-line.ts'
import { startHistoryServer } from '../../spark/history/index.ts'
import type { CommandFactory } from './command.ts'
import { endWithFlag, hostFlag, portFlag } from './node-flags.ts'
import { onTold } from './until-told.ts'

const PORT = 18_080
const DIRECTORY = '/tmp/spark-events'

interface HistoryFlags {
  readonly host: string
  readonly port: number
  readonly endWith?: number
}

/** `troupe spark-history`: Spark's REST API of applications, out of their event logs. */
export const sparkHistoryCommand: CommandFactory = (environment) =>
  new Command('spark-history')
    .description("serve Spark's REST API of the applications whose event logs lie in a directory")
    .argument(
      '[directory]',
      'of event logs: what applications have as spark.eventLog.dir',
      DIRECTORY,
    )
    .addOption(portFlag(PORT))
    .addOption(hostFlag())
    .addOption(endWithFlag())
    .action(async (directory: string, { host, port, endWith }: HistoryFlags) => {
      const server = await startHistoryServer(environment, { host, port, directory })
      const { stdout } = environment.processes
      stdout.write(`the applications of ${directory} are at ${server.url}/api/v1/applications\n`)
      let forget = (): void => {}
      await new Promise<void>((resolve) => {
        forget = onTold(environment, endWith, resolve)
      })
      forget()
      await server.close()
    })

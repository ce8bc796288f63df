import { Command } from '../command-line.ts'
import type { Environment } from '../../platform/index.ts'
import { startHistoryServer } from '../../spark/history/index.ts'
import type { CommandFactory } from './command.ts'
import { endWithFlag, hostFlag, portFlag } from './node-flags.ts'

const PORT = 18_080
const DIRECTORY = '/tmp/spark-events'
const LOOK_EVERY_MS = 500

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
      await told(environment, endWith)
      await server.close()
    })

/** Resolves with SIGINT or SIGTERM, or when the process `endWith` is gone. */
function told({ processes, clock }: Environment, endWith: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const off: (() => void)[] = []
    const end = (): void => {
      for (const forget of off) forget()
      resolve()
    }
    off.push(processes.onSignal('SIGINT', end), processes.onSignal('SIGTERM', end))
    const look = (): void => {
      if (endWith === undefined) return
      if (processes.isAlive(endWith)) clock.setTimer(LOOK_EVERY_MS, look)
      else end()
    }
    look()
  })
}

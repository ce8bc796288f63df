import { Command, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { confValue, type SparkConf } from '../../spark/context/index.ts'
import {
  parseZooKeeperUrl,
  startSparkMaster,
  type MasterNodeOptions,
} from '../../spark/deploy/index.ts'
import { addDaemonFlags, daemonConf, daemonNode, type DaemonFlags } from '../submit/daemon-conf.ts'
import type { CommandFactory } from './command.ts'
import { wholeNumber, writeAddress } from './node-flags.ts'
import { untilTold } from './until-told.ts'

interface SparkMasterFlags extends DaemonFlags {
  readonly webuiPort: number
}

/** What a recovery mode can't do without. */
const NEEDED = [
  ['FILESYSTEM', 'spark.deploy.recoveryDirectory'],
  ['ZOOKEEPER', 'spark.deploy.zookeeper.url'],
] as const

const DEFAULT_PORT = 7077
const DEFAULT_STATE_PORT = 8080

/** `troupe spark-master`: the master of a standalone cluster, until it is told to end. */
export const sparkMasterCommand: CommandFactory = (environment, finish) =>
  addDaemonFlags(new Command('spark-master'), DEFAULT_PORT)
    .description('run the master of a standalone cluster of the engine')
    .addOption(
      new Option(
        '--webui-port <port>',
        'port of its state, /json/; the next free one if it is taken',
      )
        .argParser(wholeNumber('a port', 0, 65_535))
        .default(DEFAULT_STATE_PORT),
    )
    .action(async (flags: SparkMasterFlags, command: Command) => {
      const { disk, processes } = environment
      const conf = await daemonConf(environment, flags)
      const mode = confValue(conf, 'spark.deploy.recoveryMode')
      for (const [wanted, key] of NEEDED) {
        if (mode !== wanted || confValue(conf, key) !== undefined) continue
        command.error(`error: spark.deploy.recoveryMode ${wanted} needs ${key}`)
      }
      const node = await daemonNode(environment, conf, flags)
      const { host } = node
      const settings = settingsOf(conf)
      const isTakingPrograms = confValue(conf, 'spark.master.rest.enabled')
      const { system, address, stateAddress, submissionAddress, ended } = await startSparkMaster({
        environment,
        node,
        ...settings,
        stateDoor: { host, port: flags.webuiPort },
        submissionDoor: isTakingPrograms
          ? { host, port: confValue(conf, 'spark.master.rest.port') }
          : undefined,
      })
      startInspector(system)
      processes.stdout.write(`master listens on spark://${address}\n`)
      processes.stdout.write(`its state is at http://${stateAddress ?? ''}/json/\n`)
      if (submissionAddress !== undefined) {
        processes.stdout.write(`it takes programs at http://${submissionAddress}/v1/submissions\n`)
      }
      await writeAddress(disk, flags.addressFile, address, stateAddress)
      const code = await untilTold(environment, system, flags.endWith)
      await ended
      finish(code)
    })

function settingsOf(
  conf: SparkConf,
): Pick<MasterNodeOptions, 'options' | 'recoveryDirectory' | 'zookeeper'> {
  const workerTimeoutMs = confValue(conf, 'spark.worker.timeout')
  const mode = confValue(conf, 'spark.deploy.recoveryMode')
  const url = confValue(conf, 'spark.deploy.zookeeper.url')
  const directory = confValue(conf, 'spark.deploy.recoveryDirectory')
  const defaultCores = confValue(conf, 'spark.deploy.defaultCores')
  return {
    options: {
      workerTimeoutMs,
      recoveryTimeoutMs: confValue(conf, 'spark.deploy.recoveryTimeout') ?? workerTimeoutMs,
      spreadOut: confValue(conf, 'spark.deploy.spreadOut'),
      maxExecutorRetries: confValue(conf, 'spark.deploy.maxExecutorRetries'),
      retainedApplications: confValue(conf, 'spark.deploy.retainedApplications'),
      retainedDrivers: confValue(conf, 'spark.deploy.retainedDrivers'),
      deadWorkerPersistence: confValue(conf, 'spark.dead.worker.persistence'),
      ...(defaultCores !== undefined && { defaultCores }),
    },
    recoveryDirectory: mode === 'FILESYSTEM' ? directory : undefined,
    zookeeper:
      mode === 'ZOOKEEPER' && url !== undefined
        ? {
            ...parseZooKeeperUrl('spark.deploy.zookeeper.url', url),
            directory: confValue(conf, 'spark.deploy.zookeeper.dir'),
          }
        : undefined,
  }
}

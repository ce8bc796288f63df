import { Command, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { confValue, type SparkConf } from '../../spark/context/index.ts'
import { startSparkMaster, type MasterNodeOptions } from '../../spark/deploy/index.ts'
import { addDaemonFlags, daemonConf, daemonNode, type DaemonFlags } from '../submit/daemon-conf.ts'
import type { CommandFactory } from './command.ts'
import { wholeNumber, writeAddress } from './node-flags.ts'
import { untilTold } from './until-told.ts'

interface SparkMasterFlags extends DaemonFlags {
  readonly webuiPort: number
}

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
      const isKept = confValue(conf, 'spark.deploy.recoveryMode') === 'FILESYSTEM'
      if (isKept && confValue(conf, 'spark.deploy.recoveryDirectory') === undefined) {
        command.error(
          'error: spark.deploy.recoveryMode FILESYSTEM needs a directory (spark.deploy.recoveryDirectory)',
        )
      }
      const node = await daemonNode(environment, conf, flags)
      const { host } = node
      const settings = settingsOf(conf)
      const isTakingPrograms = confValue(conf, 'spark.master.rest.enabled')
      const { system, address, stateAddress, submissionAddress } = await startSparkMaster({
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
      finish(await untilTold(environment, system, flags.endWith))
    })

function settingsOf(conf: SparkConf): Pick<MasterNodeOptions, 'options' | 'recoveryDirectory'> {
  const workerTimeoutMs = confValue(conf, 'spark.worker.timeout')
  const isKept = confValue(conf, 'spark.deploy.recoveryMode') === 'FILESYSTEM'
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
    recoveryDirectory: isKept ? directory : undefined,
  }
}

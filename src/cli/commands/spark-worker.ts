import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { confValue, parseMaster } from '../../spark/context/index.ts'
import { startSparkWorker } from '../../spark/deploy/index.ts'
import { addDaemonFlags, daemonConf, daemonNode, type DaemonFlags } from '../submit/daemon-conf.ts'
import type { CommandFactory } from './command.ts'
import { wholeNumber, writeAddress } from './node-flags.ts'
import { untilTold } from './until-told.ts'

interface SparkWorkerFlags extends DaemonFlags {
  readonly cores?: number
  readonly memory?: number
  readonly workDir: string
}

/** `troupe spark-worker`: a worker of a standalone cluster, until it is told to end. */
export const sparkWorkerCommand: CommandFactory = (environment, finish) =>
  addDaemonFlags(new Command('spark-worker'), 0)
    .description('run a worker of a standalone cluster of the engine')
    .argument('<master>', 'spark://host:port of its master', mastersOf)
    .addOption(
      new Option('-c, --cores <n>', 'cores to give; all by default').argParser(
        wholeNumber('the number of cores', 1, 65_536),
      ),
    )
    .addOption(
      new Option(
        '-m, --memory <size>',
        "memory to give, such as 1000M or 2G; all of the machine's but 1G by default",
      ).argParser(memoryMb),
    )
    .option('-d, --work-dir <directory>', 'where the output of executors and drivers goes', 'work')
    .action(async (masters: readonly string[], flags: SparkWorkerFlags) => {
      const { disk, processes } = environment
      const conf = await daemonConf(environment, flags)
      const driverTerminateMs = confValue(conf, 'spark.worker.driverTerminateTimeout')
      const worker = await startSparkWorker({
        environment,
        masters,
        node: await daemonNode(environment, conf, flags),
        cores: flags.cores,
        memoryMb: flags.memory,
        workDirectory: flags.workDir,
        driverTerminateMs,
      })
      const { system, workerId, address, cores, memoryMb, ended, refusal } = worker
      startInspector(system)
      processes.stdout.write(`worker ${workerId} gives ${cores} cores and ${memoryMb} MB\n`)
      processes.stdout.write(`it listens on ${address}\n`)
      await writeAddress(disk, flags.addressFile, address, undefined)
      const code = await untilTold(environment, system, flags.endWith)
      await ended
      finish(code)
      const reason = refusal()
      if (reason !== undefined) throw reason
    })

function mastersOf(url: string): readonly string[] {
  const master = /^spark:\/\//.test(url) ? parseMaster(url, 1) : undefined
  if (master?.type === 'standalone') return master.masters
  throw new InvalidArgumentError('It is spark://host:port, or spark://host:port,host:port.')
}

/** As Spark reads it: a number with M or G, of megabytes without. */
function memoryMb(text: string): number {
  const [, digits = '', unit = 'm'] = /^(\d+)\s*([mg])?b?$/i.exec(text.trim()) ?? []
  const value = Number(digits) * (unit.toLowerCase() === 'g' ? 1024 : 1)
  if (digits !== '' && value >= 1) return value
  throw new InvalidArgumentError('It is a number of megabytes, or a size such as 1000M or 2G.')
}

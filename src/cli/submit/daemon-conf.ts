import { Option, type Command } from '../command-line.ts'
import type { NodeOptions } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import { confValue, type SparkConf } from '../../spark/context/index.ts'
import {
  addressFlag,
  endWithFlag,
  secretFlag,
  secretOf,
  wholeNumber,
} from '../commands/node-flags.ts'
import { readConfFiles } from './conf-files.ts'
import { aProperty, type Property } from './properties.ts'

/** What configures a service. */
export interface ConfFlags {
  readonly conf: readonly Property[]
  readonly propertiesFile?: string
}

/** Flags that masters and workers of a standalone cluster share. */
export interface DaemonFlags extends ConfFlags {
  readonly host?: string
  readonly ip?: string
  readonly port: number
  readonly secretFile?: string
  readonly addressFile?: string
  readonly endWith?: number
}

export const confFlag = (): Option =>
  new Option('--conf <key=value>', 'a key of the configuration; as often as wanted')
    .argParser(aProperty)
    .default([])

export const propertiesFileFlag = (): Option =>
  new Option(
    '--properties-file <path>',
    'a file with more of them; conf/spark-defaults.conf by default',
  )

/** `-h` is the host, as in Spark. */
export function addDaemonFlags(command: Command, port: number): Command {
  return command
    .helpOption('--help', 'display help for command')
    .option('-h, --host <host>', 'address to listen on; 127.0.0.1 by default')
    .option('-i, --ip <host>', 'the same')
    .addOption(
      new Option('-p, --port <port>', 'port to listen on; 0 takes any free one')
        .argParser(wholeNumber('a port', 0, 65_535))
        .default(port),
    )
    .addOption(confFlag())
    .addOption(propertiesFileFlag())
    .addOption(secretFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
}

/** What flags and files configure; Spark reads one of the two files only. */
export async function daemonConf(
  environment: Environment,
  { conf, propertiesFile }: ConfFlags,
): Promise<SparkConf> {
  const { file, defaults } = await readConfFiles(environment, propertiesFile)
  return Object.fromEntries([...(propertiesFile === undefined ? defaults : file), ...conf])
}

/** @throws TROUPE_PLATFORM_FILE_UNREADABLE */
export async function daemonNode(
  { disk }: Environment,
  conf: SparkConf,
  { host, ip, port, secretFile }: DaemonFlags,
): Promise<NodeOptions & { readonly host: string }> {
  const set = confValue(conf, 'spark.authenticate.secret')
  return {
    host: host ?? ip ?? '127.0.0.1',
    port,
    ...(set !== undefined && { secret: set }),
    ...(await secretOf(disk, secretFile)),
  }
}

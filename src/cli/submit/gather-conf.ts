import type { Environment } from '../../platform/index.ts'
import { confValue } from '../../spark/context/index.ts'
import type { ConfFlags } from './flags.ts'
import { readProperties, type Property } from './properties.ts'
import { shownConf, submittedConf } from './submission.ts'

/** What something is run with. */
export interface GatheredConf {
  readonly conf: Readonly<Record<string, string>>
  /** Of its process; Node's own default without it. */
  readonly heapMb: number | undefined
}

/**
 * Reads the flags, and the files they name or Spark has by default. What is ignored is told on standard error, and with `--verbose`
 * everything, `subject` first.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function gatherConf(
  { disk, processes }: Environment,
  flags: ConfFlags,
  /** What the application is called where nothing else says so. */
  name: string,
  subject: readonly string[],
): Promise<GatheredConf> {
  const say = (line: string): void => {
    processes.stderr.write(`${line}\n`)
  }
  const folder = processes.environment['SPARK_CONF_DIR'] ?? 'conf'
  const defaults = `${folder}/spark-defaults.conf`
  const hasDefaults = (await disk.stat(defaults)) !== undefined
  const { conf, warnings } = submittedConf({
    flags,
    confs: flags.conf,
    file: flags.propertiesFile === undefined ? [] : await propertiesAt(disk, flags.propertiesFile),
    defaults: hasDefaults ? await propertiesAt(disk, defaults) : [],
    program: name,
  })
  for (const warning of warnings) say(`troupe: ${warning}`)
  if (flags.numExecutors !== undefined) {
    say('troupe: --num-executors is ignored: it is for YARN and Kubernetes, which are not there')
  }
  confValue(conf, 'spark.submit.deployMode')
  const heapBytes = confValue(conf, 'spark.driver.memory')
  if (flags.verbose) {
    const files = [flags.propertiesFile, hasDefaults ? defaults : undefined].filter(Boolean)
    for (const line of subject) say(line)
    say(`files: ${files.join(', ')}`)
    for (const line of shownConf(conf)) say(line)
  }
  return { conf, heapMb: heapBytes === undefined ? undefined : Math.floor(heapBytes / 2 ** 20) }
}

async function propertiesAt(disk: Environment['disk'], path: string): Promise<readonly Property[]> {
  return readProperties(new TextDecoder().decode(await disk.readFile(path)))
}

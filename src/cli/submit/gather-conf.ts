import type { Disk, Environment } from '../../platform/index.ts'
import { confValue } from '../../spark/context/index.ts'
import type { ConfFlags } from './flags.ts'
import { readConfFiles } from './conf-files.ts'
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
  environment: Environment,
  flags: ConfFlags,
  /** What the application is called where nothing else says so. */
  name: string,
  subject: readonly string[],
): Promise<GatheredConf> {
  const say = (line: string): void => {
    environment.processes.stderr.write(`${line}\n`)
  }
  const { file, defaults, paths } = await readConfFiles(environment, flags.propertiesFile)
  const { conf, warnings } = submittedConf({
    flags: absolutePaths(flags, environment.disk),
    confs: flags.conf,
    file,
    defaults,
    program: name,
  })
  for (const warning of warnings) say(`troupe: ${warning}`)
  if (flags.numExecutors !== undefined) {
    say('troupe: --num-executors is ignored: it is for YARN and Kubernetes, which are not there')
  }
  confValue(conf, 'spark.submit.deployMode')
  const heapBytes = confValue(conf, 'spark.driver.memory')
  if (flags.verbose) {
    for (const line of subject) say(line)
    say(`files: ${paths.join(', ')}`)
    for (const line of shownConf(conf)) say(line)
  }
  return { conf, heapMb: heapBytes === undefined ? undefined : Math.floor(heapBytes / 2 ** 20) }
}

/** The program may run in another folder, so paths are said in full; those with a scheme are. */
function absolutePaths(flags: ConfFlags, disk: Disk): ConfFlags {
  const { files, archives } = flags
  const inFull = (paths: string): string =>
    confValue({ 'spark.files': paths }, 'spark.files')
      .map((path) => (/^[a-z][\w+.-]*:/i.test(path) ? path : disk.absolute(path)))
      .join(',')
  return {
    ...flags,
    ...(files !== undefined && { files: inFull(files) }),
    ...(archives !== undefined && { archives: inFull(archives) }),
  }
}

import { confValue } from '../../context/conf/index.ts'
import type { DriverDescription } from '../protocol/index.ts'

/** `spark.driver.memory` of a program that runs on a worker, as in Spark. */
const DEFAULT_MEMORY_MB = 1024

/**
 * A program that is to be run on a worker, by its configuration.
 *
 * @param program a path on the workers, or `file:///path`
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function clusterDriver(
  program: string,
  args: readonly string[],
  conf: Readonly<Record<string, string>>,
): DriverDescription {
  // It is that of the machine which submits.
  const { 'spark.driver.host': _, ...own } = conf
  const memoryBytes = confValue(conf, 'spark.driver.memory')
  return {
    program: /^file:/.test(program) ? decodeURIComponent(new URL(program).pathname) : program,
    args,
    conf: { ...own, 'spark.submit.deployMode': 'cluster' },
    memoryMb: memoryBytes === undefined ? DEFAULT_MEMORY_MB : Math.floor(memoryBytes / 2 ** 20),
    cores: confValue(conf, 'spark.driver.cores'),
    isSupervised: confValue(conf, 'spark.driver.supervise'),
  }
}

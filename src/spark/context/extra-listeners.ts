import type { Disk, Environment } from '../../platform/index.ts'
import { invalidArgument } from '../errors.ts'
import type { SparkListenerCallbacks } from '../events/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

const KEY = 'spark.extraListeners'
const ACCEPTED =
  'modules, parted by commas, whose default export, or the one behind #, is a listener or a class of listeners'

/**
 * The listeners of `spark.extraListeners`. A class is made with the configuration.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_PLATFORM_MODULE_UNLOADABLE, and what a constructor throws
 */
export async function extraListeners(
  conf: SparkConf,
  { disk, modules }: Pick<Environment, 'disk' | 'modules'>,
): Promise<readonly SparkListenerCallbacks[]> {
  const made: SparkListenerCallbacks[] = []
  for (const one of confValue(conf, KEY)) {
    const [path = '', name = 'default'] = one.split('#', 2)
    const found = (await modules.load(urlOf(disk, path)))[name]
    if (isClass(found)) made.push(new found(conf))
    else if (typeof found === 'object' && found !== null) made.push(found)
    else throw invalidArgument(KEY, one, ACCEPTED)
  }
  return made
}

function isClass(value: unknown): value is new (conf: SparkConf) => SparkListenerCallbacks {
  return typeof value === 'function'
}

/** Paths are meant from the driver's folder. */
function urlOf(disk: Disk, path: string): string {
  if (path.startsWith('file:')) return path
  return `file://${encodeURI(disk.absolute(path)).replace(/[?#]/g, encodeURIComponent)}`
}

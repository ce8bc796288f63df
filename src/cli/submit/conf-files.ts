import type { Environment } from '../../platform/index.ts'
import { readProperties, type Property } from './properties.ts'

/** The files of configuration that a command reads. */
export interface ConfFiles {
  /** `--properties-file`. */
  readonly file: readonly Property[]
  /** `spark-defaults.conf` in `$SPARK_CONF_DIR`, or else in the folder `conf`. */
  readonly defaults: readonly Property[]
  /** Those that there are. */
  readonly paths: readonly string[]
}

/** @throws TROUPE_PLATFORM_FILE_UNREADABLE */
export async function readConfFiles(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  propertiesFile: string | undefined,
): Promise<ConfFiles> {
  const folder = processes.environment['SPARK_CONF_DIR'] ?? 'conf'
  const defaults = `${folder}/spark-defaults.conf`
  const hasDefaults = (await disk.stat(defaults)) !== undefined
  const read = async (path: string): Promise<readonly Property[]> =>
    readProperties(new TextDecoder().decode(await disk.readFile(path)))
  return {
    file: propertiesFile === undefined ? [] : await read(propertiesFile),
    defaults: hasDefaults ? await read(defaults) : [],
    paths: [propertiesFile, hasDefaults ? defaults : undefined].filter((one) => one !== undefined),
  }
}

import { aNumber, record } from '../../actors/index.ts'
import { SparkError } from '../errors.ts'
import type { StorageSettings } from '../storage/index.ts'

/** What a driver tells an executor's process by its environment. */
export interface ExecutorSettings {
  readonly applicationId: string
  readonly executorId: string
  /** `host:port` of the driver's node. */
  readonly driver: string
  /** The application's token, in hexadecimal: proved on links, never sent. */
  readonly token: string
  /** The secret of the cluster's nodes, if it has one. */
  readonly secret: string | undefined
  readonly cores: number
  readonly networkTimeoutMs: number
  readonly storage: StorageSettings
  /** Where its node listens; 127.0.0.1 by default. */
  readonly host?: string | undefined
  /** Its tasks come by way of the cluster manager, which bounds how many run at a time; `cores` are those of the first ones. */
  readonly isFineGrained?: boolean | undefined
  /** The resource profile that it is started for; the default one if absent. */
  readonly resourceProfileId?: number | undefined
}

/** What an executor's process is told by its application, whichever it is. */
export type ExecutorTemplate = Pick<
  ExecutorSettings,
  'driver' | 'token' | 'secret' | 'networkTimeoutMs' | 'storage' | 'resourceProfileId'
>

/** The variables for an executor's process. The token stands in its environment, never in its command line. */
export function executorVariables(settings: ExecutorSettings): Readonly<Record<string, string>> {
  return {
    TROUPE_SPARK_APPLICATION: settings.applicationId,
    TROUPE_SPARK_EXECUTOR: settings.executorId,
    TROUPE_SPARK_DRIVER: settings.driver,
    TROUPE_SPARK_TOKEN: settings.token,
    TROUPE_SPARK_CORES: String(settings.cores),
    TROUPE_SPARK_NETWORK_TIMEOUT_MS: String(settings.networkTimeoutMs),
    TROUPE_SPARK_STORAGE: JSON.stringify(settings.storage),
    ...(settings.secret === undefined ? {} : { TROUPE_SPARK_SECRET: settings.secret }),
    ...(settings.host === undefined ? {} : { TROUPE_SPARK_HOST: settings.host }),
    ...(settings.resourceProfileId === undefined
      ? {}
      : { TROUPE_SPARK_RESOURCE_PROFILE: String(settings.resourceProfileId) }),
    ...(settings.isFineGrained === true && { TROUPE_SPARK_FINE_GRAINED: '1' }),
  }
}

/** Reads what {@link executorVariables} wrote. @throws TROUPE_SPARK_EXECUTOR_ENVIRONMENT */
export function executorSettings(
  variables: Readonly<Record<string, string | undefined>>,
): ExecutorSettings {
  return {
    applicationId: needed(variables, 'TROUPE_SPARK_APPLICATION'),
    executorId: needed(variables, 'TROUPE_SPARK_EXECUTOR'),
    driver: needed(variables, 'TROUPE_SPARK_DRIVER'),
    token: needed(variables, 'TROUPE_SPARK_TOKEN'),
    secret: variables['TROUPE_SPARK_SECRET'],
    cores: positive(variables, 'TROUPE_SPARK_CORES'),
    networkTimeoutMs: positive(variables, 'TROUPE_SPARK_NETWORK_TIMEOUT_MS'),
    storage: storageOf(variables),
    host: variables['TROUPE_SPARK_HOST'],
    ...(variables['TROUPE_SPARK_RESOURCE_PROFILE'] !== undefined && {
      resourceProfileId: positive(variables, 'TROUPE_SPARK_RESOURCE_PROFILE'),
    }),
    ...(variables['TROUPE_SPARK_FINE_GRAINED'] === '1' && { isFineGrained: true }),
  }
}

function needed(variables: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = variables[name]
  if (value !== undefined && value !== '') return value
  throw unusable(name, 'it is not set')
}

function positive(variables: Readonly<Record<string, string | undefined>>, name: string): number {
  const text = needed(variables, name)
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw unusable(name, `${JSON.stringify(text)} is no integer of 1 or more`)
}

function storageOf(variables: Readonly<Record<string, string | undefined>>): StorageSettings {
  const text = needed(variables, 'TROUPE_SPARK_STORAGE')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (isStorage(value)) return value as StorageSettings
  throw unusable(
    'TROUPE_SPARK_STORAGE',
    `${JSON.stringify(text)} does not say how memory is divided`,
  )
}

const isStorage = record({
  memory: record({
    heapBytes: aNumber,
    reservedBytes: aNumber,
    fractionRatio: aNumber,
    storageFractionRatio: aNumber,
    offHeapBytes: aNumber,
  }),
  unrollBytes: aNumber,
  maxBytesInMemory: aNumber,
})

function unusable(name: string, why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EXECUTOR_ENVIRONMENT',
    `The variable ${name} can't be used: ${why}. Executors are started by their driver's backend, which sets it`,
    { data: { name, why } },
  )
}

import { redacted } from '../../spark/event-log/index.ts'
import type { Property } from './properties.ts'

/** Flags of `spark-submit` that stand for a key each. */
export interface KeyFlags {
  readonly master?: string
  readonly deployMode?: string
  readonly name?: string
  readonly driverMemory?: string
  readonly executorMemory?: string
  readonly executorCores?: string
  readonly totalExecutorCores?: string
  readonly driverCores?: string
  readonly supervise?: boolean
  readonly files?: string
  readonly archives?: string
}

const KEYS: readonly (readonly [flag: keyof KeyFlags, key: string])[] = [
  ['master', 'spark.master'],
  ['deployMode', 'spark.submit.deployMode'],
  ['name', 'spark.app.name'],
  ['driverMemory', 'spark.driver.memory'],
  ['executorMemory', 'spark.executor.memory'],
  ['executorCores', 'spark.executor.cores'],
  ['totalExecutorCores', 'spark.cores.max'],
  ['driverCores', 'spark.driver.cores'],
  ['supervise', 'spark.driver.supervise'],
  ['files', 'spark.files'],
  ['archives', 'spark.archives'],
]

/** Where a configuration comes from; what comes first goes before what comes later. */
export interface ConfSources {
  readonly flags: KeyFlags
  /** `--conf`, as given; of two for one key the later holds. */
  readonly confs: readonly Property[]
  /** `--properties-file`. */
  readonly file: readonly Property[]
  /** `conf/spark-defaults.conf`. */
  readonly defaults: readonly Property[]
  /** The program's name, where nothing else names the application. */
  readonly program: string
}

/** The configuration of a program that is submitted; what isn't Spark's is left out, and told. */
export function submittedConf(sources: ConfSources): {
  readonly conf: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
} {
  const { flags, confs, file, defaults, program } = sources
  const own = KEYS.flatMap(([flag, key]): readonly Property[] => {
    const value = flags[flag]
    return value === undefined ? [] : [[key, String(value)]]
  })
  const standing: readonly Property[] = [
    ['spark.master', 'local[*]'],
    ['spark.app.name', program],
    ['spark.ui.showConsoleProgress', 'true'],
  ]
  const all = [...standing, ...defaults, ...file, ...confs, ...own]
  const isSparks = ([key]: Property): boolean => key.startsWith('spark.')
  return {
    conf: Object.fromEntries(all.filter(isSparks)),
    warnings: all
      .filter((property) => !isSparks(property))
      .map(([key]) => `property ${key} is ignored: it is none of Spark's (spark.…)`),
  }
}

/** A line for each key, with secrets left out as in the event log. */
export function shownConf(conf: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(redacted(Object.entries(conf)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} = ${value}`)
}

import { invalidArgument } from '../errors.ts'
import { checkConf, confValue, type SparkConf } from './conf/index.ts'
import type { SparkContextOptions } from './spark-context-options.ts'

/** The variable by which `troupe spark-submit` hands its configuration to the program: a JSON object of texts. */
const SUBMITTED_CONF_VARIABLE = 'TROUPE_SPARK_CONF'

/** The environment of a program that is submitted with such a configuration. */
export function submittedVariables(
  conf: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { [SUBMITTED_CONF_VARIABLE]: JSON.stringify(conf) }
}

/** What a context runs with, once all that says so is put together. */
export interface ContextConf {
  readonly master: string
  readonly appName: string
  readonly conf: SparkConf
  /** Whether `troupe spark-submit` has started the program. */
  readonly isSubmitted: boolean
  /** A line for each key that does not exist. */
  readonly warnings: readonly string[]
}

/**
 * The options of a program over what it was submitted with.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for a value that can't be read, and where nothing names a master or the application
 */
export function contextConf(
  options: Pick<SparkContextOptions, 'master' | 'appName' | 'conf'>,
  variables: Readonly<Record<string, string | undefined>>,
): ContextConf {
  const conf = { ...submittedConf(variables), ...options.conf }
  const warnings = checkConf(conf)
  const master = options.master ?? confValue(conf, 'spark.master')
  if (master === undefined) {
    throw invalidArgument(
      'SparkContext: master',
      master,
      'a master: in its options, by spark.master, or by --master of troupe spark-submit',
    )
  }
  const appName = options.appName ?? confValue(conf, 'spark.app.name')
  if (appName === undefined) {
    throw invalidArgument(
      'SparkContext: appName',
      appName,
      'a name: in its options, by spark.app.name, or by --name of troupe spark-submit',
    )
  }
  const isSubmitted = (variables[SUBMITTED_CONF_VARIABLE] ?? '') !== ''
  return { master, appName, conf, isSubmitted, warnings }
}

function submittedConf(variables: Readonly<Record<string, string | undefined>>): SparkConf {
  const text = variables[SUBMITTED_CONF_VARIABLE]
  if (text === undefined || text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const isConf =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  if (isConf) return value as SparkConf
  throw invalidArgument(`The variable ${SUBMITTED_CONF_VARIABLE}`, text, 'a JSON object of texts')
}

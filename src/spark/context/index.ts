/**
 * The driver: {@link SparkContext} makes RDDs and runs their jobs, with the actors of `scheduler/` and the executors of
 * a backend.
 *
 * Guarantees: what can't travel is refused before any task of the job runs; every action settles; `stop` ends all
 * executors and actors of the application and leaves no file.
 */
export type { RddStorageInfo } from './keeping-context.ts'
export { SparkContext } from './spark-context.ts'
export type { SparkContextOptions } from './spark-context-options.ts'
export type { SparkConf } from './conf/index.ts'
export { confValue } from './conf/index.ts'
export { parseMaster } from './spark-conf.ts'
export { submittedVariables } from './submitted-conf.ts'

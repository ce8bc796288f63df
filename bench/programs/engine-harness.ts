import { SparkContext } from '../../src/spark/index.ts'
import type { SparkConf } from '../../src/spark/index.ts'
import { flag } from './harness.ts'

export { input, output, tell, timed } from './told.ts'

/**
 * How a program of ours is written: with functions of shapes that are recognised, run as they are (`ordinary`) or on columns
 * (`recognised`); or with one that is just outside of these shapes (`outside`).
 */
export type Form = 'ordinary' | 'recognised' | 'outside'

export const form: Form = (flag('form') ?? 'recognised') as Form
export const isOutside: boolean = form === 'outside'

/** A context as a user would make it. */
export function contextOf(
  appName: string,
  conf: SparkConf = {},
  master = 'local[2]',
): Promise<SparkContext> {
  const recognition = form === 'ordinary' ? { 'spark.troupe.recognition': false } : {}
  return SparkContext.create({ master, appName, conf: { ...recognition, ...conf } })
}

import { join } from 'node:path'
import { SparkContext } from '../../src/spark/index.ts'
import type { SparkConf } from '../../src/spark/index.ts'
import { flag } from './harness.ts'

/**
 * How a program of ours is written: with functions of shapes that are recognised, run as they are (`ordinary`) or on columns
 * (`recognised`); or with one that is just outside of these shapes (`outside`).
 */
export type Form = 'ordinary' | 'recognised' | 'outside'

export const form: Form = (flag('form') ?? 'recognised') as Form
export const isOutside: boolean = form === 'outside'

/** How often the work is done in this process: the first time is cold. */
const runs = Number(flag('runs') ?? 2)

/** A file among the inputs. */
export const input = (name: string): string => join(flag('data') ?? '.', name)

/** Where the program may write, and what the harness reads afterwards. */
export const output: string = flag('output') ?? 'out'

/** A context as a user would make it. */
export function contextOf(
  appName: string,
  conf: SparkConf = {},
  master = 'local[2]',
): Promise<SparkContext> {
  const recognition = form === 'ordinary' ? { 'spark.troupe.recognition': false } : {}
  return SparkContext.create({ master, appName, conf: { ...recognition, ...conf } })
}

/** One line for the harness: how long a piece of work took, and what it came to. */
export function tell(name: string, run: number, ms: number, check: string): void {
  process.stdout.write(`RESULT ${JSON.stringify({ name, run, ms, check })}\n`)
}

/** Does the work as often as is asked for, and tells how long each time took. */
export async function timed(
  name: string,
  body: () => Promise<string>,
  times: number = runs,
): Promise<void> {
  for (let run = 0; run < times; run += 1) {
    const begin = performance.now()
    const check = await body()
    tell(name, run, performance.now() - begin, check)
  }
}

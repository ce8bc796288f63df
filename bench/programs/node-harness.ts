import { join } from 'node:path'
import { flag } from './harness.ts'

/** By hand: ordinary JavaScript, or on bytes and typed arrays. */
export const form: string = flag('form') ?? 'ordinary'
export const isBytes: boolean = form === 'bytes'

const runs = Number(flag('runs') ?? 2)

/** A file among the inputs. */
export const input = (name: string): string => join(flag('data') ?? '.', name)

export const output: string = flag('output') ?? 'out'

/** Does the work as often as is asked for, and tells how long each time took. */
export async function timed(
  name: string,
  body: () => Promise<string> | string,
  times: number = runs,
): Promise<void> {
  for (let run = 0; run < times; run += 1) {
    const begin = performance.now()
    const check = await body()
    const ms = performance.now() - begin
    process.stdout.write(`RESULT ${JSON.stringify({ name, run, ms, check })}\n`)
  }
}

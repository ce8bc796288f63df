import { join } from 'node:path'
import { flag } from './harness.ts'

/** How often the work is done in this process: the first time is cold. */
const runs = Number(flag('runs') ?? 2)

/** A file among the inputs. */
export const input = (name: string): string => join(flag('data') ?? '.', name)

/** Where the program may write, and what the harness reads afterwards. */
export const output: string = flag('output') ?? 'out'

/** One line for the harness: how long a piece of work took, and what it came to. */
export function tell(name: string, run: number, ms: number, check: string): void {
  process.stdout.write(`RESULT ${JSON.stringify({ name, run, ms, check })}\n`)
}

/** Does the work as often as is asked for, and tells how long each time took. */
export async function timed(
  name: string,
  body: () => Promise<string> | string,
  times: number = runs,
): Promise<void> {
  for (let run = 0; run < times; run += 1) {
    const begin = performance.now()
    const check = await body()
    tell(name, run, performance.now() - begin, check)
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { inProject, run, type Ended } from '../mesos/foreign/programs.ts'

const SCRIPT = inProject('scripts/services.mjs')
const LIMIT_MS = 5 * 60_000

export interface Told extends Ended {
  /** Of the first server that it tells of. */
  readonly pid: number
}

/** `npm run services`, in a folder of this test, whose servers end with it. */
export async function folder(
  t: ExecutionContext,
): Promise<(...args: readonly string[]) => Promise<Told>> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  const services = async (...args: readonly string[]): Promise<Told> => {
    const place = `--directory=${directory}`
    const ended = await run(process.execPath, [SCRIPT, ...args, place], { limitMs: LIMIT_MS })
    return { ...ended, pid: Number(/pid (\d+)/.exec(ended.stdout)?.[1]) }
  }
  t.teardown(async () => {
    await services('wipe')
    await rm(directory, { recursive: true })
  })
  return services
}

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const LIMIT_MS = 60_000

/** A package that was installed for a test, or why it could not be. */
export type Installed =
  | { readonly ok: true; readonly module: unknown; readonly remove: () => Promise<void> }
  | { readonly ok: false; readonly reason: string }

/** Installs a package from the registry into a folder of its own, without running any of its scripts, and loads it. */
export async function install(name: string, version: string): Promise<Installed> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-foreign-'))
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    await writeFile(join(directory, 'package.json'), '{"private":true}')
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
    await run('npm', ['install', ...flags, `${name}@${version}`], {
      cwd: directory,
      timeout: LIMIT_MS,
    })
    const require = createRequire(join(directory, 'package.json'))
    return { ok: true, module: require(name), remove }
  } catch (error) {
    await remove()
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

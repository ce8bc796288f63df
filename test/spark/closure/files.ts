import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ExecutionContext } from 'ava'

/** Writes files into a folder of the test's own and gives the URL of the folder. */
export function folderOf(t: ExecutionContext, files: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-closure-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return pathToFileURL(`${folder}/`)
}

/** Imports a module written for one test. */
export async function load(url: URL): Promise<Readonly<Record<string, never>>> {
  const module = (await import(url.href)) as { readonly default?: unknown }
  const whole = url.pathname.endsWith('.cjs') ? module.default : module
  return whole as Readonly<Record<string, never>>
}

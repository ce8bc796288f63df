import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InputName } from './rows.ts'

/** Where inputs of a scale are: in the user's cache, for all copies of the project. */
export function inputFolder(scale: number): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(cache, 'troupe', 'bench', `scale-${String(scale)}`)
}

/** Makes inputs that are not there. @throws RangeError if that fails */
export function makeInputs(
  scale: number,
  names: readonly InputName[],
  say: (line: string) => void,
): string {
  const folder = inputFolder(scale)
  const missing = names.filter((name) => !existsSync(join(folder, `${name}.done`)))
  if (missing.length === 0) return folder
  say(`making inputs: ${missing.join(', ')}`)
  const program = fileURLToPath(new URL('../programs/engine-inputs.js', import.meta.url))
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, folder, String(scale), ...missing],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new RangeError(`inputs can't be made: ${stderr.trim()}`)
  return folder
}

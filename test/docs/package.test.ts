import { existsSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { troupe } from '../cli/command-line.ts'
import { read, root } from './repository.ts'

interface Package {
  readonly version: string
  readonly files: readonly string[]
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

const { version, files, bin, exports } = JSON.parse(read('package.json')) as Package

test('every door that the package opens, and every command, is there', (t) => {
  const targets = Object.values(exports).flatMap((door) =>
    typeof door === 'string' ? [door] : Object.values(door),
  )
  t.deepEqual(
    [...targets, ...Object.values(bin), ...files].filter((path) => !existsSync(join(root, path))),
    [],
  )
})

test('each door loads, by the name that users import', async (t) => {
  for (const door of Object.keys(exports).filter((name) => !name.endsWith('.json'))) {
    const exported = (await import(door.replace('.', 'troupe'))) as Record<string, unknown>
    t.true(Object.keys(exported).length > 0, door)
  }
})

test('the command tells the version of the package', async (t) => {
  const { code, stdout } = await troupe('--version')
  t.is(code, 0)
  t.is(stdout.trim(), version)
})

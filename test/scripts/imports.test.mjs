import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test from 'ava'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The names of the rules that a small tree of files breaks. */
const brokenRules = (t, files) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-imports-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['.dependency-cruiser.js', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(root, name), join(folder, name))
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [program, '--config=.dependency-cruiser.js', '--output-type=json', 'src']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { violations } = JSON.parse(stdout).summary
  return [...new Set(violations.map(({ rule }) => rule.name))].sort()
}

const exported = 'export const a = 1\n'

test('a floor may enter the floors below it by their front doors', (t) => {
  const files = {
    'src/platform/index.ts': exported,
    'src/platform/memory/index.ts': exported,
    'src/actors/cell.ts': "export { a } from '../platform/index.ts'\n",
    'src/actors/index.ts':
      "export { a } from './cell.ts'\nexport { a as b } from '../platform/memory/index.ts'\n",
    'src/index.ts': "export { a } from './actors/index.ts'\n",
  }
  t.deepEqual(brokenRules(t, files), [])
})

test('an import upwards, one past a front door and an unknown floor are each found', (t) => {
  const files = {
    'src/platform/index.ts': exported,
    'src/platform/clock.ts': exported,
    'src/mesos/index.ts': exported,
    'src/actors/upwards.ts': "export { a } from '../mesos/index.ts'\n",
    'src/actors/inside.ts': "export { a } from '../platform/clock.ts'\n",
    'src/attic/box.ts': "export { a } from '../platform/index.ts'\n",
    'src/index.ts': "export { a } from './platform/clock.ts'\n",
  }
  t.deepEqual(brokenRules(t, files), [
    'direction-actors',
    'front-doors',
    'known-floors',
    'package-front-doors',
  ])
})

test('folders that need each other are found; files of one folder, and types alone, are let pass', (t) => {
  const cycle = (folder, keyword) => ({
    'src/actors/a.ts': `import ${keyword}{ B } from './${folder}b.ts'\nexport class A { b?: B = B }\n`,
    [`src/actors/${folder}b.ts`]: `import { A } from '${folder ? '../' : './'}a.ts'\nexport class B { a?: A = A }\n`,
  })
  t.deepEqual(brokenRules(t, cycle('link/', '')), ['no-cycles'])
  t.deepEqual(brokenRules(t, cycle('link/', 'type ')), [])
  t.deepEqual(brokenRules(t, cycle('', '')), [])
})

test('the product may not import its tests, nor a file that is not there', (t) => {
  const files = {
    'test/a.ts': exported,
    'src/actors/a.ts': "export { a } from '../../test/a.ts'\n",
    'src/actors/b.ts': "export { a } from './gone.ts'\n",
  }
  t.deepEqual(brokenRules(t, files), ['one-way', 'resolvable'])
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test from 'ava'

const root = fileURLToPath(new URL('../../', import.meta.url))
const recorder = new URL('../../scripts/test-results.mjs', import.meta.url).href

/**
 * Runs a small suite under the real runner, and returns the tally it leaves behind.
 * `timeout`: how long the runner waits for any result before it gives up.
 */
const tallyOf = (t, files, { timeout = '60s' } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-suite-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const results = join(folder, 'results.json')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'ava.config.js'),
    `import { recordRun } from '${recorder}'
export default {
  workerThreads: false,
  timeout: '${timeout}',
  nonSemVerExperiments: { observeRunsFromConfig: true },
  observeRun: ({ events }) => recordRun(events, ${JSON.stringify(results)}),
}`,
  )
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.test.js`), `import test from 'ava'\n${text}`)
  }
  const program = join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs')
  const { status } = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' })
  const { names, ...tally } = JSON.parse(readFileSync(results, 'utf8'))
  return { status, ...tally, names: names.sort() }
}

test('the runner tells us of passed, failed and skipped tests', (t) => {
  const files = {
    a: `test('passes', (t) => t.pass())
        test('fails', (t) => t.fail())
        test.skip('is skipped', (t) => t.pass())`,
    b: `test('passes', (t) => t.pass())`,
  }
  t.deepEqual(tallyOf(t, files), {
    status: 1,
    passed: 2,
    failed: 1,
    skipped: 1,
    names: ['fails (a.test.js)'],
  })
})

test('a good run has no failure', (t) => {
  const files = { a: `test('passes', (t) => t.pass())` }
  t.deepEqual(tallyOf(t, files), { status: 0, passed: 1, failed: 0, skipped: 0, names: [] })
})

test('files that crash, exit, throw late or declare nothing are failures', (t) => {
  const files = {
    crashes: `throw new RangeError('at load')`,
    exits: `test('exits', () => process.exit(0))`,
    throwsLate: `test('passes first', (t) => {
      t.pass()
      setImmediate(() => { throw new RangeError('late') })
    })`,
    declaresNothing: `export {}`,
    isFine: `test('passes', (t) => t.pass())`,
  }
  const { status, passed, failed, names } = tallyOf(t, files)
  t.is(status, 1)
  t.is(failed, 4)
  t.is(passed, 2)
  t.true(names.includes('crashes.test.js (the file)'))
})

test('a test that never ends is a failure', (t) => {
  const files = {
    waits: `const held = setInterval(() => {}, 1000)
            test('waits for ever', () => new Promise(() => {}))
            test('passes', (t) => t.pass())`,
  }
  const tally = tallyOf(t, files, { timeout: '8s' })
  t.deepEqual(tally, {
    status: 1,
    passed: 1,
    failed: 1,
    skipped: 0,
    names: ['waits.test.js (the file)'],
  })
})

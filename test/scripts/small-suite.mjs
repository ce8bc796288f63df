import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const recorder = new URL('../../scripts/test-results.mjs', import.meta.url).href

/**
 * A small suite in a folder of its own, for the real runner. `files`: name → text of a test file, to which the import of `test` is added.
 * `timeout`: how long the runner waits for any result before it gives up.
 */
export const makeSuite = (t, files, { timeout = '60s' } = {}) => {
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
  return {
    folder,
    /** Runs the suite, or the file named, and returns what it leaves behind. */
    run: (...args) => {
      const { status } = spawnSync(process.execPath, [program, ...args], { cwd: folder })
      const record = JSON.parse(readFileSync(results, 'utf8'))
      rmSync(results)
      return { exitCode: status, record }
    },
  }
}

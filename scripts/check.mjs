/**
 * `npm run check`: every habit of the house that a tool can look after, one tool each. All of them
 * run, also after one has found something; what they found is shown, and the exit code is 1 if any did.
 * `--static`: without the suite and its coverage, where `npm run coverage` follows by itself.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

import { filesUnder, readText } from './files.mjs'
import { spreadPackages } from './outside-packages.mjs'
import { build, checkNode, install } from './prepare.mjs'
import { root, run, runEntry, say, since } from './steps.mjs'

/** @type {Record<string, string>} */
const colors = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }

/**
 * @param {string} path of the tool's program inside node_modules
 * @param {string[]} args
 */
const tool = (path, ...args) =>
  run(process.execPath, [join('node_modules', path), ...args], { quiet: true, env: colors })

const isStatic = process.argv.includes('--static')

const folders = ['src', 'test', 'bench', 'examples']

/** @type {readonly { habit: string, check: () => Promise<{ code: number, output: string }> }[]} */
const checks = [
  {
    habit: 'lint (eslint)',
    check: () =>
      tool(
        'eslint/bin/eslint.js',
        '.',
        '--max-warnings=0',
        '--cache',
        '--cache-location=.cache/eslint',
      ),
  },
  {
    habit: 'format (prettier)',
    check: () =>
      tool(
        'prettier/bin/prettier.cjs',
        '--check',
        '--log-level=warn',
        '--cache',
        '--cache-location=.cache/prettier',
        '.',
      ),
  },
  {
    habit: 'types of scripts (tsc)',
    check: () => tool('typescript/bin/tsc', '-p', 'scripts'),
  },
  {
    habit: 'import direction, front doors (dependency-cruiser)',
    check: () =>
      tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config=.dependency-cruiser.js',
        ...folders.filter((folder) => filesUnder(root, folder, /\.ts$/).length > 0),
      ),
  },
  {
    habit: 'unused files, exports, packages (knip)',
    check: () => tool('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  },
  {
    habit: 'one adapter for each outside package',
    check: async () => {
      const files = filesUnder(root, 'src', /(?<!\.d)\.ts$/)
      const spread = spreadPackages(files.map((path) => [path, readText(join(root, path)) ?? '']))
      return { code: spread.length > 0 ? 1 : 0, output: spread.join('\n') }
    },
  },
]

/** The suite, with the share of src that it runs; shows the end of it when it finds something. */
const coverage = async () => {
  const test = join('scripts', 'test.mjs')
  const { code, output } = await run(process.execPath, [test, '--coverage'], { quiet: true })
  return { code, output: output.split('\n').slice(-200).join('\n') }
}

await runEntry(async () => {
  checkNode()
  await install()
  const startedMs = Date.now()
  /** @type {string[]} */
  const broken = []
  /** @param {string} habit @param {{ code: number, output?: string }} result @param {number} fromMs */
  const report = (habit, { code, output = '' }, fromMs) => {
    say(`${code === 0 ? 'ok   ' : 'FOUND'} ${habit} (${since(fromMs)})`)
    if (code === 0) return
    broken.push(habit)
    if (output !== '') process.stdout.write(`\n${output.trim()}\n\n`)
  }
  // The compiler first and alone: the others tell little about a program that has no types.
  report('types (tsc)', await build(), startedMs)
  const waiting = [...checks]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const fromMs = Date.now()
      report(next.habit, await next.check(), fromMs)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
  // The suite last and alone: it starts processes and threads of its own.
  const suiteMs = Date.now()
  if (!isStatic) report('coverage of the suite (c8)', await coverage(), suiteMs)
  say(
    broken.length === 0
      ? `all checks passed in ${since(startedMs)}`
      : `${broken.length} of ${checks.length + (isStatic ? 1 : 2)} checks found something: ${broken.join('; ')}`,
  )
  return broken.length === 0 ? 0 : 1
})

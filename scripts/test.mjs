/**
 * `npm test [files…]`: the whole suite, or the files and folders named (`test/actors`,
 * `test/actors/cell.test.ts`); other options go to ava (`--match '*mailbox*'`). The last line is
 * `N passed, N failed` (`, N skipped`), and the exit code is not 0 when a test failed.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { readJson } from './files.mjs'
import { prepare } from './prepare.mjs'
import { Stop, root, runEntry, say } from './steps.mjs'
import { closingLine, verdict } from './test-results.mjs'
import { compiledPattern } from './test-files.mjs'

const resultsFile = join(root, 'build', `.test-results-${process.pid}.json`)

/** @param {readonly string[]} args @returns {Promise<number>} the exit code */
const runAva = (args) =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join('node_modules', 'ava', 'entrypoints', 'cli.mjs'), ...args],
      {
        cwd: root,
        env: {
          ...process.env,
          ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
          TROUPE_TEST_RESULTS: resultsFile,
        },
        stdio: ['inherit', 'pipe', 'inherit'],
      },
    )
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The observer in ava.config.js is the experiment; there is no need to warn of it each time.
      if (!line.includes('Experiments are enabled')) process.stdout.write(`${line}\n`)
    })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })

/** @returns {import('./test-results.mjs').Tally | undefined} */
const takeTally = () => {
  const counted = readJson(resultsFile)
  rmSync(resultsFile, { force: true })
  return counted
}

/** @returns {Promise<number>} the runner's exit code; 1 when there is nothing it could run */
const prepareAndRun = async () => {
  try {
    await prepare()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    return 1
  }
  return runAva(process.argv.slice(2).map(compiledPattern))
}

await runEntry(async () => {
  const exitCode = await prepareAndRun()
  const result = verdict(takeTally(), exitCode)
  process.stdout.write(`\n${closingLine(result)}\n`)
  return result.failed > 0 ? 1 : 0
})

/**
 * `npm test [files…]`: the whole suite, or the files and folders named (`test/actors`,
 * `test/actors/cell.test.ts`); other options go to ava (`--match '*mailbox*'`). The last line is
 * `N passed, N failed` (`, N skipped`), above it the names of those that failed, and the exit code is not 0 when there
 * are any. Why tests were skipped is told there as well. With `--coverage` (`npm run coverage`) it also tells which share
 * of src was run, and fails below the thresholds of `.c8rc.json`; processes that tests kill leave no record, so real coverage is a little higher.
 * With CI=true files that failed are run once more, alone; one that passes then is told of as flaky, and does not fail the run.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { readJson } from './files.mjs'
import { prepare } from './prepare.mjs'
import { Stop, root, run, runEntry, say } from './steps.mjs'
import { argumentsAlone, flakyLines, lookAgain } from './test-again.mjs'
import { closingLine, verdict } from './test-results.mjs'
import { compiledPattern } from './test-files.mjs'

const COVERAGE = '--coverage'
const isCovered = process.argv.includes(COVERAGE)
const coverageFolder = join(root, 'build', `.coverage-${process.pid}`)
/** What tests that can't run here print, each once. @type {Set<string>} */
const skipped = new Set()
const resultsFile = join(root, 'build', `.test-results-${process.pid}.json`)

const isSecondLookWanted = process.env.CI === 'true'
const runner = join('node_modules', 'ava', 'entrypoints', 'cli.mjs')
const runnersEnvironment = {
  TROUPE_TEST_RESULTS: resultsFile,
  ...(isCovered ? { NODE_V8_COVERAGE: coverageFolder } : {}),
}
const args = process.argv.slice(2).filter((arg) => arg !== COVERAGE)

/** @returns {Promise<number>} the exit code */
const runAva = () =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [runner, ...args.map(compiledPattern)], {
      cwd: root,
      env: {
        ...process.env,
        ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
        ...runnersEnvironment,
      },
      stdio: ['inherit', 'pipe', 'pipe'],
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The observer in ava.config.js is the experiment; there is no need to warn of it each time.
      if (!line.includes('Experiments are enabled')) process.stdout.write(`${line}\n`)
    })
    // What tests print comes by standard error.
    child.stderr.pipe(process.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trimStart().startsWith('skipped: ')) skipped.add(line.trim())
    })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })

/** @returns {import('./test-results.mjs').Record | undefined} */
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
  return runAva()
}

/** Runs one test file, quietly; what it told is shown if it failed again. @param {string} path */
const runAlone = async (path) => {
  say(`failed, and is run once more, alone: ${path}`)
  const { code, output } = await run(process.execPath, [runner, ...argumentsAlone(args, path)], {
    env: runnersEnvironment,
    quiet: true,
  })
  if (code !== 0) process.stdout.write(`${output.trim()}\n`)
  return { exitCode: code, record: takeTally() }
}

/** Prints the share of src that was run. @returns {Promise<boolean>} whether it is enough */
const reportCoverage = async () => {
  const c8 = join('node_modules', 'c8', 'bin', 'c8.js')
  // Hundreds of processes and threads leave a record of some MB each: read one by one they fit the heap.
  const { code } = await run(process.execPath, [
    '--max-old-space-size=8192',
    c8,
    'report',
    '--merge-async',
    '--temp-directory',
    coverageFolder,
  ])
  rmSync(coverageFolder, { recursive: true, force: true })
  return code === 0
}

await runEntry(async () => {
  const firstCode = await prepareAndRun()
  const first = takeTally()
  const {
    record: counted,
    exitCode,
    flaky,
  } = isSecondLookWanted
    ? await lookAgain(first, firstCode, runAlone)
    : { record: first, exitCode: firstCode, flaky: [] }
  const result = verdict(counted, exitCode)
  const isEnough = !isCovered || (await reportCoverage())
  for (const name of counted?.names ?? []) say(`failed: ${name}`)
  for (const line of flaky.flatMap(flakyLines)) say(line)
  for (const reason of skipped) say(reason)
  if (!isEnough) say('failed: too little of src was run (see above, and .c8rc.json)')
  process.stdout.write(`\n${closingLine(result)}\n`)
  return result.failed > 0 || !isEnough ? 1 : 0
})

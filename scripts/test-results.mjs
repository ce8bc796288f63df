/**
 * Counts a test run from ava's own statistics, so that the closing line of `npm test` is what really
 * happened: tests that never reported, files that crashed and a run that died are failures as well.
 */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 *
 * @typedef {object} Record what a run leaves behind
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} names of what failed
 * @property {readonly FailedFile[]} failedFiles
 *
 * @typedef {object} FailedFile a file that started, and in which something failed
 * @property {string} path inside the folder of the run
 * @property {Tally} tally of it alone
 * @property {readonly string[]} texts what failed in it, with its message
 *
 * @typedef {object} FileStats of one test file, as ava counts them
 * @property {number} declaredTests
 * @property {number} failedHooks
 * @property {number} failedTests
 * @property {number} remainingTests selected, but without a result
 * @property {number} passedTests
 * @property {number} passedKnownFailingTests
 * @property {number} skippedTests
 * @property {number} todoTests
 * @property {number} internalErrors
 * @property {number} uncaughtExceptions
 * @property {number} unhandledRejections
 *
 * @typedef {object} RunStats
 * @property {number} files that were to run
 * @property {number} internalErrors of files and of the run itself
 * @property {Map<string, FileStats>} byFile files that started
 */

/**
 * Counts the tests of one file: passed (also those that failed as `test.failing` expects), failed (hooks, and
 * tests without a result, included) and skipped (to-dos included). A file in trouble, though none of its
 * tests failed, counts as one failure.
 * @param {FileStats} file
 * @param {boolean} isBroken whether it exited wrongly or not at all
 * @returns {Tally}
 */
const tallyOfFile = (file, isBroken) => {
  const failed = file.failedTests + file.failedHooks + file.remainingTests
  const isInTrouble =
    isBroken ||
    file.declaredTests === 0 ||
    file.internalErrors + file.uncaughtExceptions + file.unhandledRejections > 0
  return {
    passed: file.passedTests + file.passedKnownFailingTests,
    failed: failed === 0 && isInTrouble ? 1 : failed,
    skipped: file.skippedTests + file.todoTests,
  }
}

/**
 * Counts the tests of all files; each file that never started is a failure too, and so is each error of the run itself.
 * @param {RunStats} stats
 * @param {ReadonlySet<string>} brokenFiles those that exited wrongly or not at all
 * @returns {Tally}
 */
export const tally = (stats, brokenFiles) => {
  const total = { passed: 0, failed: 0, skipped: 0 }
  let fileErrors = 0
  for (const [path, file] of stats.byFile) {
    const { passed, failed, skipped } = tallyOfFile(file, brokenFiles.has(path))
    total.passed += passed
    total.skipped += skipped
    total.failed += failed
    fileErrors += file.internalErrors
  }
  total.failed += stats.files - stats.byFile.size + (stats.internalErrors - fileErrors)
  return total
}

/**
 * What the whole run came to. A run that ended badly, or in which nothing ran, has at least one
 * failure; no tally at all means that the runner itself died.
 * @param {Tally | undefined} counted
 * @param {number} exitCode of the runner
 * @returns {Tally}
 */
export const verdict = (counted, exitCode) => {
  const { passed, failed, skipped } = counted ?? { passed: 0, failed: 0, skipped: 0 }
  const isBad = exitCode !== 0 || passed + failed + skipped === 0
  return { passed, failed: isBad && failed === 0 ? 1 : failed, skipped }
}

/**
 * The closing line: `12 passed, 0 failed`, with `, 3 skipped` when there are any.
 * @param {Tally} tally
 */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/**
 * Follows a run inside ava's process (see ava.config.js) and leaves the tally in a file when that
 * process ends.
 * @param {AsyncIterable<any>} events of ava's run
 * @param {string} path of the file
 */
export const recordRun = async (events, path) => {
  /** @type {RunStats | undefined} */
  let stats
  /** @type {Set<string>} */
  const brokenFiles = new Set()
  /** @type {string[]} */
  const failed = []
  /** @type {Map<string, string[]>} */
  const texts = new Map()
  const told = (/** @type {string} */ file, /** @type {string} */ text) =>
    texts.set(file, [...(texts.get(file) ?? []), text])
  process.once('exit', () => {
    if (!stats) return
    const files = [...brokenFiles].map((file) => `${relative('', file)} (the file)`)
    const record = {
      ...tally(stats, brokenFiles),
      names: [...failed, ...files],
      failedFiles: [...stats.byFile]
        .map(([file, each]) => ({
          path: relative('', file),
          tally: tallyOfFile(each, brokenFiles.has(file)),
          texts: texts.get(file) ?? [],
        }))
        .filter((file) => file.tally.failed > 0),
    }
    writeFileSync(path, JSON.stringify(record))
  })
  for await (const event of events) {
    if (event.type === 'stats') stats = event.stats
    else if (event.type === 'test-failed' || event.type === 'hook-failed') {
      failed.push(`${event.title} (${relative('', event.testFile)})`)
      told(event.testFile, `${event.title}: ${messageOf(event.err)}`)
    } else if (event.type === 'uncaught-exception' || event.type === 'unhandled-rejection') {
      told(event.testFile, messageOf(event.err))
    } else if (event.type === 'worker-failed') {
      brokenFiles.add(event.testFile)
      if (event.err) told(event.testFile, messageOf(event.err))
    } else if (event.type === 'timeout') {
      for (const [file, titles] of event.pendingTests) {
        brokenFiles.add(file)
        if (titles.size > 0) told(file, `no result in time: ${[...titles].join('; ')}`)
      }
    }
  }
}

/** What was thrown rather than that something was. @param {any} error as ava hands it over @returns {string} */
const messageOf = (error) => {
  const thrown = error?.formattedCause ? error.stack?.split('\n    at ')[0] : ''
  return thrown || error?.message || error?.formattedError || 'see its output above'
}

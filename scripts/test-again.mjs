/**
 * A second look at what failed on a busy machine. In CI each test file that failed is run once more, alone: one that
 * passes then was flaky, which is told at the end with what it said first; one that fails again fails the run.
 */
import { isTestPath } from './test-files.mjs'

/** More failed files than this are no flake: they stay failed, without another look. */
export const MOST_FILES = 10

/**
 * @typedef {import('./test-results.mjs').Record} Record
 * @typedef {import('./test-results.mjs').FailedFile} FailedFile
 *
 * @typedef {object} Alone how a file did by itself
 * @property {number} exitCode of the runner
 * @property {Record | undefined} record
 *
 * @typedef {object} SecondLook
 * @property {Record | undefined} record of the run, with the results of the files that passed alone
 * @property {number} exitCode of the run; 0 if each of its failures was in a file that passed alone
 * @property {readonly FailedFile[]} flaky the files that passed alone, with what they said first
 */

/**
 * @param {Record | undefined} record of the whole run
 * @param {number} exitCode of its runner
 * @param {(path: string) => Promise<Alone>} runAlone runs one file, and nothing beside it
 * @returns {Promise<SecondLook>}
 */
export const lookAgain = async (record, exitCode, runAlone) => {
  const files = record?.failedFiles ?? []
  if (record === undefined || files.length === 0 || files.length > MOST_FILES) {
    return { record, exitCode, flaky: [] }
  }
  let left = record
  /** @type {FailedFile[]} */
  const flaky = []
  for (const file of files) {
    const alone = await runAlone(file.path)
    if (alone.exitCode !== 0 || alone.record === undefined) continue
    if (alone.record.failed > 0 || alone.record.passed === 0) continue
    flaky.push(file)
    left = withResultsOf(left, file, alone.record)
  }
  return { record: left, exitCode: left.failed === 0 ? 0 : exitCode, flaky }
}

/**
 * @param {Record} record @param {FailedFile} file @param {Record} alone
 * @returns {Record} with the results of the file alone in place of its first ones
 */
const withResultsOf = (record, file, alone) => ({
  passed: record.passed - file.tally.passed + alone.passed,
  failed: record.failed - file.tally.failed,
  skipped: record.skipped - file.tally.skipped + alone.skipped,
  names: record.names.filter(
    (name) => !name.endsWith(`(${file.path})`) && name !== `${file.path} (the file)`,
  ),
  failedFiles: record.failedFiles.filter(({ path }) => path !== file.path),
})

/**
 * What the runner gets for one file alone: the options of the whole run, without its files.
 * @param {readonly string[]} args of the whole run
 * @param {string} path
 */
export const argumentsAlone = (args, path) => [
  ...args.filter((arg) => !isTestPath(arg.replace(/^(\.\/)?build\//, ''))),
  path,
]

/** @param {FailedFile} file @returns {readonly string[]} lines */
export const flakyLines = ({ path, texts }) => [
  `flaky: passed alone: ${path}; at first it failed:`,
  ...texts.flatMap((text) => text.split('\n')).map((line) => `  ${line}`),
]

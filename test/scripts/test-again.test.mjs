import test from 'ava'

import { MOST_FILES, argumentsAlone, flakyLines, lookAgain } from '../../scripts/test-again.mjs'
import { verdict } from '../../scripts/test-results.mjs'
import { makeSuite } from './small-suite.mjs'

/** A test file that fails when it is run for the first time. */
const failsAtFirst = (name) => `
import { existsSync, writeFileSync } from 'node:fs'
const isSecond = existsSync('${name}.ran')
writeFileSync('${name}.ran', '')
test('always passes', (t) => t.pass())
test('fails at first', (t) => t.true(isSecond, 'the machine was busy'))
`
const passes = `test('passes', (t) => t.pass())`
const fails = `test('fails', (t) => t.fail('it is broken'))`

/** Runs a small suite as CI does; also says which files were run alone. */
const runTwice = async (t, files) => {
  const suite = makeSuite(t, files)
  const first = suite.run()
  const alone = []
  const { record, exitCode, flaky } = await lookAgain(first.record, first.exitCode, (path) => {
    alone.push(path)
    return Promise.resolve(suite.run(path))
  })
  return { result: verdict(record, exitCode), names: record.names, flaky, alone }
}

test('a file that passes alone is flaky, and the run has passed', async (t) => {
  const run = await runTwice(t, { shaky: failsAtFirst('shaky'), fine: passes })
  t.deepEqual(run.result, { passed: 3, failed: 0, skipped: 0 })
  t.deepEqual(run.names, [])
  t.deepEqual(run.alone, ['shaky.test.js'])
  t.deepEqual(run.flaky.flatMap(flakyLines), [
    'flaky: passed alone: shaky.test.js; at first it failed:',
    '  fails at first: the machine was busy',
  ])
})

test('a file that fails twice fails the run, beside one that passes alone', async (t) => {
  const run = await runTwice(t, { broken: fails, shaky: failsAtFirst('shaky') })
  t.deepEqual(run.result, { passed: 2, failed: 1, skipped: 0 })
  t.deepEqual(run.names, ['fails (broken.test.js)'])
  t.deepEqual(run.alone.sort(), ['broken.test.js', 'shaky.test.js'])
  t.deepEqual(
    run.flaky.map(({ path }) => path),
    ['shaky.test.js'],
  )
})

test('a file that crashed when it was loaded gets its second look too', async (t) => {
  const crashes = `
import { existsSync, writeFileSync } from 'node:fs'
if (!existsSync('ran')) {
  writeFileSync('ran', '')
  throw new RangeError('at load')
}
test('passes', (t) => t.pass())`
  const run = await runTwice(t, { crashes, fine: passes })
  t.deepEqual(run.result, { passed: 2, failed: 0, skipped: 0 })
  t.deepEqual(run.flaky[0].texts, ['at load'])
})

const file = (path) => ({ path, tally: { passed: 0, failed: 1, skipped: 0 }, texts: [] })
const recordOf = (failedFiles, more = {}) => ({
  passed: 5,
  failed: failedFiles.length,
  skipped: 0,
  names: failedFiles.map(({ path }) => `it (${path})`),
  failedFiles,
  ...more,
})
const passesAlone = () =>
  Promise.resolve({ exitCode: 0, record: { ...recordOf([]), passed: 1, failed: 0 } })

test('what belongs to no file stays a failure', async (t) => {
  const first = recordOf([file('a.test.js')], { failed: 2 })
  const { record, exitCode } = await lookAgain(first, 1, passesAlone)
  t.deepEqual(verdict(record, exitCode), { passed: 6, failed: 1, skipped: 0 })
})

test('a runner that died, or in which nothing failed, is taken at its word', async (t) => {
  const never = () => Promise.reject(new Error('nothing is to be run'))
  t.deepEqual(await lookAgain(undefined, 1, never), {
    record: undefined,
    exitCode: 1,
    flaky: [],
  })
  const good = recordOf([])
  t.deepEqual(await lookAgain(good, 0, never), { record: good, exitCode: 0, flaky: [] })
})

test('too many failed files are no flake', async (t) => {
  const files = Array.from({ length: MOST_FILES + 1 }, (_, at) => file(`${at}.test.js`))
  const first = recordOf(files)
  const { record, exitCode, flaky } = await lookAgain(first, 1, passesAlone)
  t.deepEqual([record, exitCode, flaky], [first, 1, []])
})

test('a second run that dies, fails oddly or runs nothing is no pass', async (t) => {
  const nothing = { ...recordOf([]), passed: 0 }
  for (const alone of [
    { exitCode: 0, record: undefined },
    { exitCode: 1, record: recordOf([]) },
    { exitCode: 0, record: nothing },
  ]) {
    const first = recordOf([file('a.test.js')])
    const { record, exitCode, flaky } = await lookAgain(first, 1, () => Promise.resolve(alone))
    t.deepEqual([record, exitCode, flaky], [first, 1, []])
  }
})

test('a file alone is run with the options of the run, without its files', (t) => {
  const path = 'build/test/actors/cell.test.js'
  t.deepEqual(argumentsAlone(['test/actors', './test/mesos', 'build/test/a.test.js', '-s'], path), [
    '-s',
    path,
  ])
})

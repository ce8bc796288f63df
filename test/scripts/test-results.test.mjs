import test from 'ava'

import { closingLine, tally, verdict } from '../../scripts/test-results.mjs'

const nothing = {
  declaredTests: 0,
  failedHooks: 0,
  failedTests: 0,
  remainingTests: 0,
  passedTests: 0,
  passedKnownFailingTests: 0,
  skippedTests: 0,
  todoTests: 0,
  internalErrors: 0,
  uncaughtExceptions: 0,
  unhandledRejections: 0,
}

/** A run of files, each given by what differs from a file in which nothing happened. */
const runOf = (files, { notStarted = 0, internalErrors = 0 } = {}) => ({
  files: Object.keys(files).length + notStarted,
  internalErrors,
  byFile: new Map(Object.entries(files).map(([path, file]) => [path, { ...nothing, ...file }])),
})
const none = new Set()

test('results of all files are added up', (t) => {
  const run = runOf({
    a: { declaredTests: 5, passedTests: 3, failedTests: 2 },
    b: {
      declaredTests: 4,
      passedTests: 1,
      passedKnownFailingTests: 1,
      skippedTests: 1,
      todoTests: 1,
    },
  })
  t.deepEqual(tally(run, none), { passed: 5, failed: 2, skipped: 2 })
})

test('a test without a result and a failed hook are failures', (t) => {
  const run = runOf({ a: { declaredTests: 3, passedTests: 1, remainingTests: 2, failedHooks: 1 } })
  t.deepEqual(tally(run, none), { passed: 1, failed: 3, skipped: 0 })
})

test('a file in trouble whose tests passed is one failure', (t) => {
  for (const trouble of ['internalErrors', 'uncaughtExceptions', 'unhandledRejections']) {
    const run = runOf(
      { a: { declaredTests: 2, passedTests: 2, [trouble]: 3 } },
      { internalErrors: trouble === 'internalErrors' ? 3 : 0 },
    )
    t.deepEqual(tally(run, none), { passed: 2, failed: 1, skipped: 0 }, trouble)
  }
})

test('a file in trouble whose tests failed is not counted again', (t) => {
  const run = runOf({
    a: { declaredTests: 2, passedTests: 1, remainingTests: 1, uncaughtExceptions: 1 },
  })
  t.deepEqual(tally(run, new Set(['a'])), { passed: 1, failed: 1, skipped: 0 })
})

test('a file that exited wrongly, declared no test or never started is a failure', (t) => {
  const exited = runOf({ a: { declaredTests: 1, passedTests: 1 } })
  t.deepEqual(tally(exited, new Set(['a'])), { passed: 1, failed: 1, skipped: 0 })
  t.is(tally(runOf({ a: {} }), none).failed, 1)
  t.is(tally(runOf({}, { notStarted: 2 }), none).failed, 2)
})

test('an error of the run itself is a failure', (t) => {
  const run = runOf({ a: { declaredTests: 1, passedTests: 1 } }, { internalErrors: 1 })
  t.deepEqual(tally(run, none), { passed: 1, failed: 1, skipped: 0 })
})

test('a runner that died, or ran nothing, or failed without a failed test is a failure', (t) => {
  const failed = { passed: 0, failed: 1, skipped: 0 }
  t.deepEqual(verdict(undefined, 1), failed)
  t.deepEqual(verdict(undefined, 0), failed)
  t.deepEqual(verdict({ passed: 0, failed: 0, skipped: 0 }, 0), failed)
  t.deepEqual(verdict({ passed: 7, failed: 0, skipped: 0 }, 1), { ...failed, passed: 7 })
})

test('a good run and the number of its failures are left as counted', (t) => {
  t.deepEqual(verdict({ passed: 7, failed: 0, skipped: 1 }, 0), {
    passed: 7,
    failed: 0,
    skipped: 1,
  })
  t.deepEqual(verdict({ passed: 7, failed: 3, skipped: 0 }, 1), {
    passed: 7,
    failed: 3,
    skipped: 0,
  })
})

test('the closing line names skipped tests only when there are any', (t) => {
  t.is(closingLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed')
  t.is(closingLine({ passed: 12, failed: 1, skipped: 3 }), '12 passed, 1 failed, 3 skipped')
})

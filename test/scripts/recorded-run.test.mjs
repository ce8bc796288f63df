import test from 'ava'

import { makeSuite } from './small-suite.mjs'

/** The tally that a small suite leaves behind. */
const tallyOf = (t, files, options) => {
  const { exitCode, record } = makeSuite(t, files, options).run()
  const { names, failedFiles: _, ...tally } = record
  return { status: exitCode, ...tally, names: names.sort() }
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

test('the files that failed are told of, each with its tally and what it said', (t) => {
  const files = {
    a: `test('passes', (t) => t.pass())
        test('throws', () => { throw new RangeError('out of reach') })`,
    b: `test('passes', (t) => t.pass())`,
    c: `throw new RangeError('at load')`,
  }
  const { record } = makeSuite(t, files).run()
  t.deepEqual(
    record.failedFiles.sort((one, other) => (one.path < other.path ? -1 : 1)),
    [
      {
        path: 'a.test.js',
        tally: { passed: 1, failed: 1, skipped: 0 },
        texts: ['throws: RangeError: out of reach'],
      },
      {
        path: 'c.test.js',
        tally: { passed: 0, failed: 1, skipped: 0 },
        texts: ['at load'],
      },
    ],
  )
})

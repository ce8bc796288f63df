import test from 'ava'

import {
  buildReason,
  compareOutputs,
  installReason,
  nodeProblem,
} from '../../scripts/decisions.mjs'

test('a Node within the range has no problem', (t) => {
  for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) {
    t.is(nodeProblem(version, '>=20.19'), undefined, version)
  }
})

test('an older Node is named together with what is needed', (t) => {
  for (const version of ['18.20.4', '20.9.0', '20.18.3']) {
    const problem = nodeProblem(version, '>=20.19')
    t.true(problem?.includes('Node 20.19 or later is needed'), version)
    t.true(problem?.includes(version))
  }
})

test('a range in another form is a problem, not a pass', (t) => {
  t.true(nodeProblem('22.0.0', '^20.19.0')?.includes("'^20.19.0'"))
})

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
    'node_modules/for-another-system': { version: '3.0.0', optional: true },
  },
}
const installed = {
  packages: {
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  },
}

test('nothing is installed when the packages are those of the lock, optional ones aside', (t) => {
  t.is(installReason(lock, installed), undefined)
})

test('a folder without the file npm writes last is installed anew', (t) => {
  t.is(installReason(lock, undefined), 'no packages yet')
})

test('a missing, another and a superfluous package are each a reason to install', (t) => {
  const { 'node_modules/a': a, 'node_modules/a/node_modules/b': b } = installed.packages
  const without = { packages: { 'node_modules/a': a } }
  t.is(installReason(lock, without), 'b 2.0.0 is missing')

  const older = {
    packages: { ...installed.packages, 'node_modules/a': { ...a, version: '0.9.0' } },
  }
  t.is(installReason(lock, older), 'a is 0.9.0, the lock says 1.0.0')

  const altered = {
    packages: { 'node_modules/a': a, 'node_modules/a/node_modules/b': { ...b, integrity: 'x' } },
  }
  t.is(installReason(lock, altered), 'b is 2.0.0, the lock says 2.0.0')

  const more = { packages: { ...installed.packages, 'node_modules/c': { version: '1.0.0' } } }
  t.is(installReason(lock, more), 'c is not in the lock')
})

test('the build is left out only when the last good one was of the same sources', (t) => {
  t.is(buildReason('digest', 'digest'), undefined)
  t.is(buildReason('digest', 'other'), 'sources changed')
  t.is(buildReason('digest', undefined), 'nothing built yet')
})

test('outputs without a source are stale, sources without an output are missing', (t) => {
  const { stale, missing } = compareOutputs(
    ['src/cell.ts', 'src/index.ts', 'src/untyped-package.d.ts'],
    ['src/cell.js', 'src/cell.js.map', 'src/cell.d.ts', 'test/gone.test.js', 'src/gone.d.ts'],
  )
  t.deepEqual(stale, ['test/gone.test.js', 'src/gone.d.ts'])
  t.deepEqual(missing, ['src/index.ts'])
})

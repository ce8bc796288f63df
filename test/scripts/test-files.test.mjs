import test from 'ava'

import { compiledPattern } from '../../scripts/test-files.mjs'

test('a source file is run from its compiled twin', (t) => {
  t.is(compiledPattern('test/actors/cell.test.ts'), 'build/test/actors/cell.test.js')
  t.is(compiledPattern('./test/actors/cell.test.ts'), 'build/test/actors/cell.test.js')
})

test('a folder stands for all tests below it', (t) => {
  t.is(compiledPattern('test/actors/'), '**/test/actors/**')
  t.is(compiledPattern('test'), '**/test/**')
})

test('plain scripts, compiled files and options stay as they are', (t) => {
  for (const argument of [
    'test/scripts/decisions.test.mjs',
    'build/test/actors/cell.test.js',
    '--match=*mailbox*',
    '--serial',
  ]) {
    t.is(compiledPattern(argument), argument)
  }
})

import test from 'ava'

import { nodeTypeScriptCompiler } from '../../../src/platform/index.ts'
import {
  sourceOfModule,
  withoutUnusedImports,
} from '../../../src/platform/node/typescript/module-source.ts'
import { typeScriptSibling } from '../../../src/platform/node/typescript/sibling.ts'

test('types are blanked, and all else stays at its place', (t) => {
  const compiled = nodeTypeScriptCompiler.compile('const a: number = f<string>(b as any)\n')
  t.deepEqual(compiled, {
    type: 'compiled',
    code: 'const a         = f        (b       )\n',
  })
})

test('enums, namespaces and parameter properties are written anew', (t) => {
  for (const source of [
    'enum A { B }',
    'namespace N { export const a = 1 }',
    'class A { constructor(private b: number) {} }',
  ]) {
    t.is(nodeTypeScriptCompiler.compile(source).type, 'compiled', source)
  }
})

test('what is no TypeScript has a place, from 1', (t) => {
  const compiled = nodeTypeScriptCompiler.compile('let a = 1\nlet b: = 2\n')
  t.like(compiled, { type: 'invalid', line: 2, column: 8 })
})

for (const [before, after] of [
  [`import { a, B } from 'x'\na()`, `import { a,   } from 'x'\na()`],
  [`import { A } from 'x'`, `import {   } from 'x'`],
  [`import d, { A as B, c as e } from 'x'\nd(e)`, `import d, {         c as e } from 'x'\nd(e)`],
  [`import {\n  A,\n  b,\n} from 'x'\nb`, `import {\n    \n  b,\n} from 'x'\nb`],
  [`import * as x from 'x'`, `import * as x from 'x'`],
  [`import 'x'`, `import 'x'`],
] as const) {
  test(`an import that nothing uses was one of a type: ${JSON.stringify(before)}`, (t) => {
    t.is(withoutUnusedImports(before), after)
  })
}

test('what is written as an ES module is one; what is not goes by its name and its package', (t) => {
  const format = (source: string, path: string): string => sourceOfModule(source, path).format
  t.is(format('export const a = 1', '/none/a.ts'), 'module')
  t.is(format(`import a from 'b'\na`, '/none/a.cts'), 'module')
  t.is(format('const a = require("b")', '/none/a.ts'), 'commonjs')
  t.is(format('const a = 1', '/none/a.mts'), 'module')
})

test('a file of JavaScript that is not there means the one of TypeScript beside it', (t) => {
  const there = new Set(['file:///a/b.ts', 'file:///a/c.js', 'file:///a/c.ts', 'file:///a/d.mts'])
  const meant = (path: string): string | undefined =>
    typeScriptSibling(new URL(path, 'file:///a/'), ({ href }) => there.has(href))?.href
  t.deepEqual(['b.js', 'c.js', 'd.mjs', 'none.js', 'b.ts', 'data.json'].map(meant), [
    'file:///a/b.ts',
    undefined,
    'file:///a/d.mts',
    undefined,
    undefined,
    undefined,
  ])
})

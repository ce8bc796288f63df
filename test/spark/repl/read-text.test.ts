import test from 'ava'

import { nodeTypeScriptCompiler } from '../../../src/platform/index.ts'
import { readText } from '../../../src/spark/repl/read-text.ts'
import type { Statement } from '../../../src/spark/repl/statement.ts'

const statements = (text: string): readonly Statement[] => {
  const read = readText(text, nodeTypeScriptCompiler)
  return read.type === 'statements' ? read.statements : []
}

const declared = (text: string): string[] =>
  statements(text).flatMap((one) =>
    one.type === 'code' ? one.declares.map(({ name, kind }) => `${kind} ${name}`) : [],
  )

for (const text of [
  'f(',
  'const a = [1,',
  'class A {',
  'if (x) {',
  'for (const a of b)',
  '`text',
  '/* so',
  'rdd.',
  'rdd.map((x: number) =>',
  'interface A {',
  'const m: Map<string',
]) {
  test(`more lines may make it whole: ${text}`, (t) => {
    t.is(readText(text, nodeTypeScriptCompiler).type, 'incomplete')
  })
}

for (const text of ['}', 'a b', 'f)', 'const a', "'open", 'return 1', 'const a = )']) {
  test(`no line makes it whole: ${text}`, (t) => {
    t.is(readText(text, nodeTypeScriptCompiler).type, 'invalid')
  })
}

test('what is declared are names of the session, whatever declares them', (t) => {
  t.deepEqual(declared('const { a, b: [c = 1, ...d] } = f(), e = 1'), [
    'const a',
    'const c',
    'const d',
    'const e',
  ])
  t.deepEqual(declared('let x: number; var y'), ['let x', 'var y'])
  t.deepEqual(declared('function f(): void {} class A {}'), ['let f', 'let A'])
  t.deepEqual(declared('export const a = 1; export default class B {}'), ['const a', 'let B'])
  t.deepEqual(declared('enum Color { Red }'), ['var Color'])
  t.deepEqual(declared('interface A { b: 1 } type C = A; declare const d: C'), [])
})

test('imports come first, then functions, as in a module', (t) => {
  const found = statements(`f(); function f() {}; import { a as b, type C } from './d.ts'`)
  t.deepEqual(
    found.map((one) => (one.type === 'import' ? one : one.declares.map(({ name }) => name))),
    [{ type: 'import', specifier: './d.ts', names: [{ local: 'b', exported: 'a' }] }, ['f'], []],
  )
})

test('only expressions have values; an object is none of the blocks', (t) => {
  const values = (text: string): boolean[] =>
    statements(text).map((one) => one.type === 'code' && one.isExpression)
  t.deepEqual(values('1 + 1; if (a) b; a = 2; let c = 3'), [true, false, true, false])
  t.deepEqual(values('{ a: 1, b: 2 }'), [true])
  t.deepEqual(values('{ a(); }'), [false])
})

test('only what awaits itself is asynchronous', (t) => {
  const isAsync = (text: string): boolean[] =>
    statements(text).map((one) => one.type === 'code' && /\(async function/.test(one.source))
  t.deepEqual(
    isAsync('await a; async () => await a; for await (const b of c) d(); f(async () => await b)'),
    [true, false, true, false],
  )
})

test('code stays at its line and column', (t) => {
  const [, second] = statements('const a = 1\n  const bee = (x) => x\n')
  t.true(second?.type === 'code')
  if (second?.type !== 'code') return
  const at = second.source.indexOf('bee')
  t.deepEqual([second.place.line, second.place.column + at], [1, 8])
})

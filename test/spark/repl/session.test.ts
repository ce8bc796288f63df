import test from 'ava'

import { nodeModuleResolver, nodeTypeScriptCompiler } from '../../../src/platform/index.ts'
import { Session } from '../../../src/spark/repl/session.ts'
import { refusal, tools, travel, type AnyFunction } from '../closure/tools.ts'

function newSession(): Session {
  return new Session({
    modules: tools.modules,
    resolver: nodeModuleResolver(),
    compiler: tools.compiler,
    typescript: nodeTypeScriptCompiler,
    baseUrl: import.meta.url,
    ownUrl: import.meta.url,
    interruptibly: (run) => run(),
  })
}

/** What the expressions of these texts give, run one after the other. */
async function run(session: Session, ...texts: readonly string[]): Promise<unknown[]> {
  const values: unknown[] = []
  for (const text of texts) {
    await session.run({ text, name: 'typed', line: 0 }, (value) => values.push(value))
  }
  return values
}

async function function_(session: Session, ...texts: readonly string[]): Promise<AnyFunction> {
  return (await run(session, ...texts)).at(-1) as AnyFunction
}

test('later lines see and set what earlier ones have declared', async (t) => {
  const values = await run(
    newSession(),
    'let n = 1; const add = (by: number) => { n += by }',
    'add(2); n',
    'const { a, b: [c] } = { a: await Promise.resolve(4), b: [5] }',
    'a + c',
    'function fib(x: number): number { return x < 2 ? x : fib(x - 1) + fib(x - 2) }',
    'fib(10)',
    'm = 6',
    'm',
  )
  t.deepEqual(
    values.filter((value) => value !== undefined),
    [3, 9, 55, 6, 6],
  )
})

test('a name may be declared again, from what it was, and functions see what it is', async (t) => {
  const values = await run(
    newSession(),
    'const k = 1; const f = () => k',
    'const k = k + 1',
    '[k, f()]',
    'let k = "text"; f()',
    'class A { x = 1 }',
    'class A { x = 2 }; new A().x',
  )
  t.deepEqual(values, [[2, 2], 'text', 2])
})

test('a constant is not assigned, and what is not there yet not read', async (t) => {
  const session = newSession()
  await run(session, 'const c = 1')
  await t.throwsAsync(run(session, 'c = 2'), { instanceOf: TypeError, message: /constant/ })
  await t.throwsAsync(run(session, 'const d = e; const e = 1'), { message: /e is not defined/ })
  await t.throwsAsync(run(session, 'let g = g'), { message: /'g' before initialization/ })
})

test('a statement that fails declares nothing, and leaves what was there', async (t) => {
  const session = newSession()
  await run(session, 'const old = 1')
  await t.throwsAsync(run(session, 'const old = missing()'), { instanceOf: ReferenceError })
  await t.throwsAsync(run(session, 'const fresh = missing()'), { instanceOf: ReferenceError })
  t.is(session.value('old'), 1)
  t.false(session.has('fresh'))
  t.false(session.names().includes('fresh'))
})

test('names of a session are none of the program around it', async (t) => {
  const session = newSession()
  await run(session, 'const Map = 1, process = 2; var Symbol = 3; function Promise() {}; x = 4')
  t.is(typeof Map, 'function')
  t.is(typeof process, 'object')
  t.is(typeof Symbol, 'function')
  t.false('x' in globalThis)
})

test('functions travel with what other lines have declared', async (t) => {
  const fn = await function_(
    newSession(),
    'const k: number = 10',
    'function helper(x: number): number { return other(x) + k }',
    'const other = (x: number) => -x',
    'class Base { static zero = 100; go(x: number) { return Base.zero + helper(x) } }',
    'class Derived extends Base { go(x: number) { return super.go(x) * 2 } }',
    'async function later(x: number) { return new Derived().go(x) }',
    'const table = new Map([[1, { k }]])',
    'async (x: number) => [await later(x), table.get(1)!.k]',
  )
  const there = await travel(fn)
  t.deepEqual(await (there as (x: number) => unknown)(1), [218, 10])
})

test('imports travel as what they were imported from', async (t) => {
  const fn = await function_(
    newSession(),
    `import { thrice, Scale as Ruler, type Place } from './programs/library.js'`,
    `import * as library from './programs/library.js'`,
    `import { createHash } from 'node:crypto'`,
    `const { twice } = await import('node:module') && library`,
    `const os = await import('node:os')`,
    `(x: number) => [thrice(x), new Ruler(2).times(x), library.twice(x), twice(x), os.EOL, createHash('md5').update('').digest('hex').length]`,
  )
  const there = (await travel(fn)) as (x: number) => unknown
  t.deepEqual(there(2), [6, 4, 4, 4, '\n', 32])
})

test('a name without a value yet is refused, and so is one that is assigned', async (t) => {
  const session = newSession()
  const seen: unknown[] = []
  session.define('capture', (fn: unknown) => seen.push(refusal(fn).code))
  await t.throwsAsync(run(session, 'const late = (capture(() => late), missing())'))
  await run(session, 'let n = 0', 'capture((x: number) => { n += x })')
  t.deepEqual(seen, ['TROUPE_CLOSURE_UNINITIALISED', 'TROUPE_CLOSURE_ASSIGNED'])
})

test('code that stands in another `with` is refused still', async (t) => {
  const fn = await function_(
    newSession(),
    `new Function('o', 'with (o) { return () => a }')({ a: 1 })`,
  )
  t.is(refusal(fn).code, 'TROUPE_CLOSURE_WITH')
})

test('a stack names the line that was typed, and not what calls it', async (t) => {
  const session = newSession()
  const text = 'function f() {\n  throw new Error("no")\n}\nf()'
  const error = await t.throwsAsync(session.run({ text, name: 'typed', line: 10 }, () => {}))
  t.deepEqual(error?.stack?.match(/typed:\d+:\d+/g), ['typed:12:9', 'typed:14:1'])
})

test('what is no TypeScript is refused with its place, what has not ended asks for more', async (t) => {
  const session = newSession()
  await t.throwsAsync(
    session.run({ text: '\nlet a = )', name: 'typed', line: 4 }, () => {}),
    {
      code: 'TROUPE_SPARK_SHELL_SYNTAX',
      message: /let a = \)\n {10}\^ typed:6:9/,
    },
  )
  t.is(await session.run({ text: 'f(', name: 'typed', line: 0 }, () => {}), 'incomplete')
  await t.throwsAsync(run(session, `import { none } from 'node:fs'`), {
    code: 'TROUPE_SPARK_SHELL_IMPORT',
    message: /no export none/,
  })
  await t.throwsAsync(run(session, `import './none.js'`), { code: 'TROUPE_SPARK_SHELL_IMPORT' })
})

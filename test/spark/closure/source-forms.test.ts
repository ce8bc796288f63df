import test from 'ava'
import { captureAll, captureFunction, heaviestPath } from '../../../src/spark/closure/index.ts'
import { folderOf, load } from './files.ts'
import { codec, refusal, tools, travel } from './tools.ts'

type Call = (...args: readonly unknown[]) => unknown

/** Functions in plain JavaScript, each with arguments and the result that original and copy give. */
const forms: readonly (readonly [name: string, source: string, args: readonly unknown[]])[] = [
  [
    'a default that means the outer variable, not the body’s',
    'const b = 1; fn = (a = b) => { var b = 2; return [a, b] }',
    [],
  ],
  ['a parameter that later defaults read', 'const a = 9; fn = (a, b = a) => [a, b]', [1]],
  [
    'a hoisted var that shadows from the start',
    'const x = 1; fn = () => { const y = typeof x; if (y) { var x = 2 } return [y, x] }',
    [],
  ],
  [
    'a function in a block, sloppy outside and strict',
    'const f = () => 1; fn = () => { { function f() { return 2 } } return f() }',
    [],
  ],
  [
    'a caught error and a loop variable of outer names',
    'const e = 1, i = 2; fn = () => { try { throw 3 } catch (e) { for (const i of [e]) return i } }',
    [],
  ],
  [
    'an uncaught binding after its block',
    'const e = 1; fn = () => { try { throw 3 } catch { } return e }',
    [],
  ],
  [
    'a switch with lexical cases',
    'const k = 1, r = 5; fn = (k) => { switch (k) { case 1: let r = 2; return r; default: return 0 } }',
    [1],
  ],
  [
    'a switch whose subject is an outer variable',
    'const k = 1; fn = () => { switch (k) { case 1: { const k = 7; return k } } }',
    [],
  ],
  [
    'labels and members with outer names',
    'const out = 1; fn = () => { out: for (;;) { break out } return { out: out }.out }',
    [],
  ],
  [
    'nested destructuring with defaults',
    'const d = 4; fn = ({ a: { b = d } = {}, ...rest }, [c = d, ...more] = []) => [b, rest, c, more]',
    [{ z: 1 }],
  ],
  [
    'a named function expression that calls itself',
    'fn = function inner(n) { return n ? n + inner(n - 1) : 0 }',
    [3],
  ],
  [
    'a declaration that was wrapped later',
    'function twice(n) { return n ? 2 + twice(n - 1) : 0 }; const first = twice; twice = (n) => first(n) + 100; fn = first',
    [2],
  ],
  [
    'a class expression under another name',
    'const A = class B { static who() { return B.name + new.target } }; fn = () => A.who()',
    [],
  ],
  [
    'a class that extends null, and a symbol method',
    'class N extends null { static [Symbol.hasInstance]() { return true } }; fn = () => 1 instanceof N',
    [],
  ],
  ['a class with a static name', 'class N { static name = "other" }; fn = () => N.name', []],
  [
    'a class over a built-in class',
    'class L extends Array { get last() { return this[this.length - 1] } }; fn = (x) => L.from([1, x]).last',
    [2],
  ],
  [
    'a class over a class of Node',
    'const E = process.getBuiltinModule("events"); class L extends E { on1() { return this.listenerCount("x") } }; fn = () => new L().on1()',
    [],
  ],
  [
    'a derived class of two steps',
    'class A { a() { return 1 } } class B extends A { a() { return super.a() + 1 } } class C extends B { a() { return super.a() + 1 } }; fn = () => new C().a()',
    [],
  ],
  ['an async arrow with parentheses', 'const x = 2; fn = async (a, b) => (await a) + x', [1]],
  ['an async arrow without parentheses', 'const x = 2; fn = async a => (await a) + x', [1]],
  [
    'an arrow that gives an object, with a comment at its end',
    'const x = 2; fn = (a) => ({ a, x }) // done',
    [1],
  ],
  [
    'a function over several lines',
    'const x = 2\nfn = function (\n  a,\n) {\n  return a + x\n}',
    [1],
  ],
  ['Windows line ends', 'const x = 2\r\n\r\nfn = (a) =>\r\n  a + x', [1]],
  [
    'tagged templates and regular expressions',
    'const tag = (s, ...v) => s.raw.join("|") + v; const n = 3; fn = () => tag`a${n}\\n${/[/`]/.source}`',
    [],
  ],
  [
    'optional chains, nullish and exponent operators',
    'const o = { p: { q: () => 2 } }, none = null; fn = () => [o?.p?.["q"]?.() ** 2, none?.x ?? 5, none?.[o]]',
    [],
  ],
  [
    'private names, accessors and brand checks',
    'class P { #v = 1; get v() { return this.#v } set v(x) { this.#v = x } static is(o) { return #v in o } }; fn = () => { const p = new P(); p.v = 4; return [p.v, P.is(p), P.is({})] }',
    [],
  ],
  [
    'computed members of classes with outer names',
    'const k = "key"; const use = () => k; class C { [k]() { return 1 } static [k + 2] = 3 }; fn = () => [new C().key(), C.key2, use()]',
    [],
  ],
  [
    'an accessor of a class prototype through an instance',
    'class C { get a() { return x } }; const x = 6; fn = () => new C().a',
    [],
  ],
  [
    'a symbol-named generator method',
    'const o = { *[Symbol.iterator]() { yield* [1, 2] } }; fn = () => [...o]',
    [],
  ],
  [
    'a TypeScript enumeration',
    'var Color; (function (Color) { Color[Color["Red"] = 0] = "Red" })(Color || (Color = {})); fn = () => [Color.Red, Color[0]]',
    [],
  ],
  [
    'a counter made inside',
    'fn = () => { let n = 0; const next = () => ++n; next(); return next() }',
    [],
  ],
  [
    'object spreads, getters made inside and delete',
    'const base = { a: 1 }; fn = () => { const o = { ...base, get b() { return this.a + 1 } }; delete o.a; return Object.keys(o) }',
    [],
  ],
  [
    'arguments, new.target and this of its own',
    'fn = function () { return [arguments.length, new.target === undefined, typeof this] }',
    [1, 2],
  ],
  [
    'functions in members',
    'const o = { deep: [{ f: (x) => x + y }] }; const y = 1; fn = (x) => o.deep[0].f(x)',
    [1],
  ],
  ['a curried chain', 'const add = (a) => (b) => (c) => a + b + c; fn = add(1)(2)', [3]],
  [
    'what a loop bound',
    'const all = []; for (let i = 0; i < 3; i++) all.push(() => i); fn = () => all.map((f) => f())',
    [],
  ],
  [
    'indirect eval and the Function constructor',
    'fn = () => [(0, eval)("1 + 1"), new Function("return 3")()]',
    [],
  ],
  ['typeof of what does not exist', 'fn = () => typeof window === "undefined"', []],
]

for (const [name, source, args] of forms) {
  for (const kind of ['mjs', 'cjs'] as const) {
    test(`${name} (${kind})`, async (t) => {
      const tail = kind === 'mjs' ? 'export { fn }' : 'exports.fn = fn'
      const folder = folderOf(t, { [`job.${kind}`]: `let fn; ${source}\n;${tail}\n` })
      const { fn } = await load(new URL(`job.${kind}`, folder))
      const original = fn as unknown as Call
      const copy = await travel(original)
      t.deepEqual(await copy(...args), await original(...args))
      t.is(copy.name, original.name)
    })
  }
}

test('default exports without a name travel', async (t) => {
  for (const text of ['(x) => x + base', 'function (x) { return x + base }']) {
    const folder = folderOf(t, {
      'job.mjs': `#!/usr/bin/env node\nconst base = 1; export default ${text}`,
    })
    const { default: fn } = (await import(new URL('job.mjs', folder).href)) as { default: Call }
    t.is((await travel(fn))(2), 3)
  }
})

test('assigning to an exported variable is refused after compilation to CommonJS too', async (t) => {
  const folder = folderOf(t, {
    'job.cjs': 'exports.total = 0; exports.fn = (x) => { exports.total += x }',
  })
  const { fn } = await load(new URL('job.cjs', folder))
  const error = refusal(fn)
  t.is(error.code, 'TROUPE_CLOSURE_ASSIGNED')
  t.regex(error.message, /A member of exports is assigned/)
})

test('the heaviest path of a closure leads to what makes it large', (t) => {
  const large = 'x'.repeat(10_000)
  const small = { a: 1 }
  const lookup = { small, tables: { rows: [large, large], others: [1] } }
  const helper = (): unknown => lookup
  const fn = (): unknown => [small, helper()]
  const rows = heaviestPath(captureAll({ 'map function': { fn } }, tools), codec)
  t.is(rows?.path, 'map function.fn → helper → lookup.tables.rows')
  t.true((rows?.bytes ?? 0) > 20_000)
  t.like(
    heaviestPath(
      captureFunction(() => large, tools),
      codec,
    ),
    { path: 'function → large' },
  )
  const halves = { a: new Uint8Array(5000), b: new Uint8Array(5001) }
  const both = heaviestPath(
    captureFunction(() => halves, tools),
    codec,
  )
  t.is(both?.path, 'function → halves')
  const cycle: Record<string, unknown> = { bytes: new Uint8Array(3000) }
  cycle['self'] = cycle
  t.is(
    heaviestPath(
      captureFunction(() => cycle, tools),
      codec,
    )?.path,
    'function → cycle.bytes',
  )
})

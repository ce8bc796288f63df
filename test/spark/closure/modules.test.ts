/* eslint-disable @typescript-eslint/no-implied-eval -- code from strings is what some of these tests are about */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'ava'
import {
  captureAll,
  captureFunction,
  rebuildAll,
  rebuildFunction,
} from '../../../src/spark/closure/index.ts'
import { folderOf, load } from './files.ts'
import { refusal, tools, travel, type AnyFunction } from './tools.ts'

type Thunk = () => unknown

test('import() in a function finds modules from where the function stands', async (t) => {
  const folder = folderOf(t, {
    'late.mjs': 'export const value = 7',
    'late.cjs': 'exports.value = 8',
    'job.mjs': `
      export const fn = async (name) => (await import(name)).value
      export const fixed = () => import('./late.mjs').then(({ value }) => value)
      export const common = async () => (await import('./late.cjs')).default.value
      export const built = async () => (await import('node:path')).sep`,
    'job.cjs': `
      exports.fn = async (name) => (await import(name)).value`,
  })
  for (const name of ['job.mjs', 'job.cjs']) {
    const { fn } = await load(new URL(name, folder))
    const travelled = await travel(fn as unknown as (name: string) => Promise<number>)
    t.is(await travelled('./late.mjs'), 7, name)
    const missing = await t.throwsAsync(travelled('./none.mjs'), { any: true })
    t.like(missing, { code: 'ERR_MODULE_NOT_FOUND' })
  }
  const { fixed, common, built } = await load(new URL('job.mjs', folder))
  t.is(await (await travel(fixed as unknown as Thunk))(), 7)
  t.is(await (await travel(common as unknown as Thunk))(), 8)
  t.is(await (await travel(built as unknown as Thunk))(), '/')
})

/** Counts in a global how often a module is evaluated. */
const counted = (name: string): string =>
  `globalThis[Symbol.for('troupe.test.${name}')] = (globalThis[Symbol.for('troupe.test.${name}')] ?? 0) + 1\n`
const countOf = (name: string): unknown =>
  Reflect.get(globalThis, Symbol.for(`troupe.test.${name}`))

test('default, renamed, namespace and string-named imports of a module are references', async (t) => {
  const folder = folderOf(t, {
    'shapes.mjs': `
      export default function area() { return 1 }
      export const list = [1]
      export { list as 'odd name' }`,
    'job.mjs': `
      import area, { list as renamed, 'odd name' as odd } from './shapes.mjs'
      import * as all from './shapes.mjs'
      export const fn = () => [area, renamed, odd, all, all.list]`,
  })
  const { fn = () => [] } = await load(new URL('job.mjs', folder))
  const graph = captureFunction(fn, tools)
  t.deepEqual(
    graph.modules.map(({ path }) => path),
    [['default'], ['list'], ['odd name'], []],
  )
  t.is(graph.nodes.length, 1)
  const rebuilt = await rebuildFunction<() => unknown[]>(graph, tools)
  t.deepEqual(rebuilt(), (fn as () => unknown[])())
})

test('the module of the function itself is never loaded again', async (t) => {
  const folder = folderOf(t, {
    'job.mjs': `${counted('job')}
      export class Point { constructor(x) { this.x = x } }
      export function helper(x) { return new Point(x).x + base }
      export let base = 10
      export const fn = (x) => helper(x)`,
  })
  const { fn = () => 0 } = await load(new URL('job.mjs', folder))
  const graph = captureFunction(fn, tools)
  t.deepEqual(graph.modules, [])
  t.is((await rebuildFunction<(x: number) => number>(graph, tools))(5), 15)
  t.is(countOf('job'), 1)
})

test('so it is when functions are handed over inside data', async (t) => {
  const folder = folderOf(t, {
    'job.mjs': `${counted('data')}
      export function parse(x) { return clean(x) }
      export const clean = (x) => x + 1
      export const spec = { kind: 'map', props: { fn: parse, more: [clean] } }`,
  })
  const { spec } = await load(new URL('job.mjs', folder))
  const graph = captureAll({ spec }, tools)
  t.deepEqual(graph.modules, [])
  const rebuilt = (await rebuildAll(graph, tools)) as {
    readonly spec: { readonly props: { readonly fn: (x: number) => number } }
  }
  t.is(rebuilt.spec.props.fn(1), 2)
  t.is(countOf('data'), 1)
})

test('what another module exports is a reference, by whichever way it was reached', async (t) => {
  const folder = folderOf(t, {
    'library.mjs': `
      let calls = 0
      export class Shape {}
      export function make() { calls++; return new Shape() }
      function hidden() { return 'hidden' }
      export { hidden as shown }
      export const pairs = { make, Shape, hidden }`,
    'job.mjs': `
      import * as library from './library.mjs'
      const { make, Shape, hidden } = library.pairs
      export const fn = () => [make() instanceof Shape, hidden()]`,
  })
  const { fn = () => [] } = await load(new URL('job.mjs', folder))
  const graph = captureFunction(fn, tools)
  t.deepEqual(graph.modules.map(({ path }) => path.join()).sort(), ['Shape', 'make', 'shown'])
  t.deepEqual((await rebuildFunction<Thunk>(graph, tools))(), [true, 'hidden'])
})

test('a module named as local travels by source', async (t) => {
  const folder = folderOf(t, {
    'main.mjs': `export class Shape { get name() { return 'shape' } }`,
    'job.mjs': `
      import * as main from './main.mjs'
      const table = { Shape: main.Shape }
      export const fn = () => new table.Shape().name`,
  })
  const { fn = () => '' } = await load(new URL('job.mjs', folder))
  t.is(captureFunction(fn, tools).modules.length, 1)
  const graph = captureFunction(fn, tools, { localModules: [new URL('main.mjs', folder).href] })
  t.is(graph.modules.length, 0)
  t.is((await rebuildFunction<() => string>(graph, tools))(), 'shape')
})

test('a JSON import is data', async (t) => {
  const folder = folderOf(t, {
    'table.json': '{"a": [1, 2]}',
    'job.cjs': `const table = require('./table.json'); module.exports = { fn: () => table.a[1] }`,
  })
  const { fn = () => 0 } = await load(new URL('job.cjs', folder))
  const graph = captureFunction(fn, tools)
  t.deepEqual(graph.modules, [])
  t.is((await rebuildFunction<() => number>(graph, tools))(), 2)
})

const typescriptOutput = `"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    Object.defineProperty(o, k2, { enumerable: true, get: function() { return m[k]; } });
}) : (function(o, m, k, k2) { o[k2] = m[k]; }));
var __importStar = (this && this.__importStar) || function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k of Object.getOwnPropertyNames(mod)) if (k !== "default") __createBinding(result, mod, k);
    result["default"] = mod;
    return result;
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.fn = exports.LIMIT = void 0;
exports.helper = helper;
const plain_js_1 = __importDefault(require("./plain.cjs"));
const whole = __importStar(require("./plain.cjs"));
const { twice: renamed } = require("./plain.cjs");
const node_path_1 = require("node:path");
const es_1 = require("./es.cjs");
exports.LIMIT = 7;
function helper(x) { return x + exports.LIMIT; }
const fn = (x) => [
  (0, node_path_1.join)('a', 'b'), plain_js_1.default.twice(x), whole.twice(x), renamed(x), (0, helper)(x),
  (0, exports.helper)(x), exports.LIMIT, es_1.value, __filename.endsWith('.cjs'), require('./plain.cjs').twice(1),
];
exports.fn = fn;
exports.socket = Promise.resolve();
`

test("CommonJS as TypeScript writes it travels: require, interop helpers and exports' own members", async (t) => {
  const folder = folderOf(t, {
    'plain.cjs': 'module.exports = { twice: (x) => x * 2, socket: Promise.resolve() }',
    'es.cjs': 'Object.defineProperty(exports, "__esModule", { value: true }); exports.value = 3',
    'job.cjs': typescriptOutput,
  })
  const { fn = () => [] } = await load(new URL('job.cjs', folder))
  const expected = ['a/b', 4, 4, 4, 9, 9, 7, 3, true, 2]
  t.deepEqual((fn as (x: number) => unknown)(2), expected)
  const rebuilt = await travel(fn as unknown as (x: number) => unknown)
  t.deepEqual(rebuilt(2), expected)
})

test('CommonJS functions are as sloppy as their source', async (t) => {
  const folder = folderOf(t, {
    'job.cjs': `
      exports.sloppy = function () { return this === globalThis }
      exports.strict = function () { 'use strict'; return this }
      exports.block = function () { { function inner() { return 1 } } return inner() }`,
  })
  const { sloppy, strict, block } = await load(new URL('job.cjs', folder))
  t.true((await travel(sloppy as never as Thunk))())
  t.is((await travel(strict as never as Thunk))(), undefined)
  t.is((await travel(block as never as Thunk))(), 1)
})

test('what another CommonJS module exports is a reference, by whichever way it was reached', async (t) => {
  const folder = folderOf(t, {
    'counter.cjs': 'let calls = 0; exports.next = () => ++calls; exports.Point = class Point {}',
    'lib.cjs': 'let calls = 0; module.exports = () => ++calls',
    'job.cjs': `
      let counter = require('./counter.cjs'), lib = null
      counter = { ...counter }; lib = require('./lib.cjs')
      exports.fn = () => [counter.next(), counter.Point.name, lib()]`,
  })
  const { fn = () => [] } = await load(new URL('job.cjs', folder))
  const graph = captureFunction(fn, tools)
  t.deepEqual(graph.modules.map(({ path }) => path.join()).sort(), ['', 'Point', 'next'])
  t.deepEqual((await rebuildFunction<Thunk>(graph, tools))(), [1, 'Point', 1])
})

test('a function made by createRequire finds its module again', async (t) => {
  const folder = folderOf(t, {
    'plain.cjs': 'module.exports = { twice: (x) => x * 2 }',
    'job.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const { twice } = require('./plain.cjs')
      const lazy = (await import('./plain.cjs')).default
      export const fn = (x) => twice(x) + lazy.twice(x)`,
  })
  const { fn = () => 0 } = await load(new URL('job.mjs', folder))
  t.is((await travel(fn as unknown as (x: number) => number))(2), 8)
})

test('a module that the other side lacks is an error with its URL and the import that needs it', async (t) => {
  const folder = folderOf(t, {
    'gone.mjs': 'export const value = 1',
    'job.mjs': `import { value } from './gone.mjs'; export const fn = () => value`,
  })
  const { fn = () => 0 } = await load(new URL('job.mjs', folder))
  const graph = captureFunction(fn, tools)
  const modules = {
    load: async (url: string): Promise<Readonly<Record<string, unknown>>> => {
      await Promise.resolve()
      throw new TypeError(`Cannot find ${url}`)
    },
  }
  const lost = await t.throwsAsync(rebuildFunction(graph, { ...tools, modules }))
  t.like(lost, { code: 'TROUPE_CLOSURE_MODULE_UNLOADABLE' })
  t.regex(lost?.message ?? '', /gone\.mjs.*value from \.\/gone\.mjs/)
  const older = { load: () => Promise.resolve({ other: 1 }) }
  const missing = await t.throwsAsync(rebuildFunction(graph, { ...tools, modules: older }))
  t.like(missing, { code: 'TROUPE_CLOSURE_EXPORT_MISSING' })
  t.regex(missing?.message ?? '', /no export value.*it has other/)
})

test('an import that is not found from its file is refused at once', async (t) => {
  const folder = folderOf(t, {
    'gone.mjs': 'export const value = 1',
    'job.mjs': `import { value } from './gone.mjs'; export const fn = () => value`,
  })
  const { fn } = await load(new URL('job.mjs', folder))
  rmSync(new URL('gone.mjs', folder))
  const error = refusal(fn)
  t.is(error.code, 'TROUPE_CLOSURE_MODULE_UNRESOLVED')
  t.regex(error.message, /"\.\/gone\.mjs".*map function → value/)
  writeFileSync(new URL('gone.mjs', folder), '')
})

test('code from a string travels by value', async (t) => {
  const make = new Function('a', 'const b = 2; return (x) => a + b + x') as (
    a: number,
  ) => AnyFunction
  t.is((await travel(make(1) as (x: number) => number))(3), 6)
  const inner = 5
  const direct = eval('(x) => inner + x') as (x: number) => number
  t.is(inner, 5)
  t.is((await travel(direct))(1), 6)
})

test('bare specifiers resolve as Node resolves them', (t) => {
  const { resolver } = tools
  for (const name of [
    'acorn',
    'cbor-x',
    'ava',
    'fast-check',
    'comlink',
    'typescript',
    'troupe',
    'cbor-x/decode',
  ]) {
    t.is(resolver.import(name, import.meta.url), import.meta.resolve(name), name)
  }
  t.is(resolver.import('fs', import.meta.url), 'node:fs')
  t.is(resolver.import('no-such-package', import.meta.url), undefined)
  t.is(resolver.import('acorn/no-such-file.js', import.meta.url), undefined)
  t.is(resolver.import('data:text/javascript,1', import.meta.url), 'data:text/javascript,1')
  const required = createRequire(import.meta.url).resolve('acorn')
  t.is(resolver.require('acorn', import.meta.url), `file://${required}`)
})

test('package exports with conditions, patterns, fallbacks, self-references and internal imports resolve', (t) => {
  const folder = folderOf(t, {})
  const write = (path: string, text: string): string => {
    const url = new URL(path, folder)
    mkdirSync(new URL('.', url), { recursive: true })
    writeFileSync(url, text)
    return url.href
  }
  write(
    'package.json',
    JSON.stringify({
      name: 'self',
      exports: { '.': './index.js', './sub/*': './lib/*.js' },
      imports: { '#inner': './lib/a.js', '#dep': 'dep/feature' },
    }),
  )
  const index = write('index.js', '')
  const sub = write('lib/a.js', '')
  write(
    'node_modules/dep/package.json',
    JSON.stringify({
      exports: {
        '.': { browser: './no.js', node: { import: './node.mjs', default: './no.js' } },
        './feature': [{ 'never-set': './no.js' }, './feature.js'],
        './private': null,
      },
    }),
  )
  const dep = write('node_modules/dep/node.mjs', '')
  const feature = write('node_modules/dep/feature.js', '')
  write('node_modules/old/package.json', JSON.stringify({ main: 'main' }))
  const old = write('node_modules/old/main.js', '')
  const { resolver } = tools
  const from = new URL('lib/a.js', folder).href
  t.is(resolver.import('self', from), index)
  t.is(resolver.import('self/sub/a', from), sub)
  t.is(resolver.import('#inner', from), sub)
  t.is(resolver.import('#dep', from), feature)
  t.is(resolver.import('dep', from), dep)
  t.is(resolver.import('dep/feature', from), feature)
  t.is(resolver.import('dep/private', from), undefined)
  t.is(resolver.import('dep/other', from), undefined)
  t.is(resolver.import('old', from), old)
  t.is(resolver.import('old/main.js', from), old)
})

test('several functions in one pass share what they captured', async (t) => {
  const shared = new Map([['a', 1]])
  const graph = captureAll({ read: () => shared.get('a'), write: () => shared.set('a', 2) }, tools)
  t.is(graph.nodes.filter(([kind]) => kind === 'map').length, 1)
  const { read, write } = (await rebuildAll(graph, tools)) as Record<string, Thunk>
  write?.()
  t.is(read?.(), 2)
  t.is(shared.get('a'), 1)
})

/* eslint-disable @typescript-eslint/no-implied-eval -- code from strings is what some of these tests are about */
import { EventEmitter } from 'node:events'
import { createServer, Socket } from 'node:net'
import { createReadStream } from 'node:fs'
import test from 'ava'
import type { FunctionInspector, ScriptText } from '../../../src/platform/index.ts'
import { captureFunction, type ClosureErrorCode } from '../../../src/spark/closure/index.ts'
import { folderOf, load } from './files.ts'
import { carry, pack, refusal, tools } from './tools.ts'

class Account {
  readonly owner: string
  constructor(owner: string) {
    this.owner = owner
  }
}

class Cache<Value> extends Map<string, Value> {}

class OddError extends Error {}

/** Values that can't travel, with the code and a piece of the message. */
const values: readonly (readonly [unknown, ClosureErrorCode, RegExp])[] = [
  [new Account('a'), 'TROUPE_CLOSURE_INSTANCE', /class Account.*registerCodec\(Account/],
  [new Cache(), 'TROUPE_CLOSURE_INSTANCE', /class Cache/],
  [new OddError('x'), 'TROUPE_CLOSURE_INSTANCE', /class OddError/],
  [
    new (class extends Array {})(),
    'TROUPE_CLOSURE_INSTANCE',
    /a class without a name.*a codec for its class with registerCodec,/,
  ],
  [new (class Bytes extends Uint8Array {})(2), 'TROUPE_CLOSURE_INSTANCE', /class Bytes/],
  [Object.create({ inherited: 1 }), 'TROUPE_CLOSURE_INSTANCE', /instance/],
  [new Socket(), 'TROUPE_CLOSURE_HANDLE', /an open Socket/],
  [createServer(), 'TROUPE_CLOSURE_HANDLE', /an open Server/],
  [new EventEmitter(), 'TROUPE_CLOSURE_HANDLE', /EventEmitter/],
  [new AbortController().signal, 'TROUPE_CLOSURE_HANDLE', /AbortSignal/],
  [Promise.resolve(1), 'TROUPE_CLOSURE_VALUE', /a promise.*Await it/],
  [new WeakMap(), 'TROUPE_CLOSURE_VALUE', /a WeakMap/],
  [new WeakSet(), 'TROUPE_CLOSURE_VALUE', /a WeakSet/],
  [new WeakRef({}), 'TROUPE_CLOSURE_VALUE', /a WeakRef/],
  [new Proxy({}, {}), 'TROUPE_CLOSURE_VALUE', /a Proxy/],
  [new Proxy(() => 1, {}), 'TROUPE_CLOSURE_VALUE', /a Proxy/],
  [new SharedArrayBuffer(1), 'TROUPE_CLOSURE_VALUE', /SharedArrayBuffer.*[Bb]roadcast/],
  [new Uint8Array(new SharedArrayBuffer(1)), 'TROUPE_CLOSURE_VALUE', /SharedArrayBuffer/],
  [[1][Symbol.iterator](), 'TROUPE_CLOSURE_INSTANCE', /class without a name|class Object/],
  [new Map().keys(), 'TROUPE_CLOSURE_VALUE', /iterator/],
  [Object(1), 'TROUPE_CLOSURE_VALUE', /boxed/],
  [Symbol('mine'), 'TROUPE_CLOSURE_SYMBOL', /Symbol\(mine\).*Symbol\.for\("mine"\)/],
  [
    {
      get now(): number {
        return 1
      },
    },
    'TROUPE_CLOSURE_ACCESSOR',
    /value\.now is an accessor/,
  ],
  [
    {
      set now(value: number) {
        void value
      },
    },
    'TROUPE_CLOSURE_ACCESSOR',
    /accessor/,
  ],
]

for (const [value, code, message] of values) {
  const kind = typeof value === 'object' ? Object.prototype.toString.call(value) : typeof value
  test(`a captured ${kind} is refused with ${code} (${message.source})`, (t) => {
    const error = refusal(() => value)
    t.is(error.code, code)
    t.regex(error.message, message)
    t.regex(error.message, /Captured by map function → value/)
  })
}

test('a running generator and an open stream are refused', (t) => {
  const running = (function* (): Generator<number> {
    yield 1
  })()
  t.is(refusal(() => running).code, 'TROUPE_CLOSURE_VALUE')
  const stream = createReadStream(import.meta.filename)
  t.teardown(() => stream.destroy())
  const error = refusal(() => stream)
  t.is(error.code, 'TROUPE_CLOSURE_HANDLE')
  t.regex(error.message, /ReadStream/)
})

test('a refusal names the way to the culprit, its place and the way out', (t) => {
  const config = { hosts: ['a'], socket: new Socket() }
  const helper = (): boolean => config.socket.destroyed
  const error = refusal((value: number) => helper() && value > 0)
  t.is(
    error.message,
    'config.socket is an open Socket, which only this process has. Captured by map function → helper → config.socket. ' +
      'Open it inside the function, once a partition (mapPartitions, foreachPartition)',
  )
  t.like(error.data, { variable: 'config.socket', path: 'map function → helper → config.socket' })
})

test('the way leads through arrays, maps, sets and odd keys', (t) => {
  const holder = { list: [new Map([['k', new Set([{ 'odd key': Promise.resolve() }])]])] }
  t.regex(
    refusal(() => holder).message,
    /→ holder\.list\[0\]\.get\("k"\) \(an item\)\["odd key"\]\. /,
  )
})

test('assigning to a captured variable is refused, in every form', (t) => {
  let total = 0
  const forms: readonly (() => unknown)[] = [
    () => (total = 1),
    () => total++,
    () => --total,
    () => (total += 1),
    () => (total ||= 1),
    () => ([total] = [1]),
    () => ({ total } = { total: 1 }),
    () => ({ a: total = 2 } = { a: 1 }),
    () => ([, ...[total]] = [1, 2]),
    () => {
      for (total of [1, 2]) void total
    },
    () => [1].map((value) => (total += value)),
    () => ({
      add(): void {
        total += 1
      },
    }),
    () =>
      class {
        static {
          total += 1
        }
      },
  ]
  for (const form of forms) {
    const error = refusal(form)
    t.is(error.code, 'TROUPE_CLOSURE_ASSIGNED', form.toString())
    t.regex(error.message, /total is assigned.*accumulator/)
    t.regex(error.message, /refusals\.test\.(js|ts):\d+:\d+/)
  }
  t.is(total, 0)
  let key = ''
  const loop = (): void => {
    for (key in { a: 1 }) void key
  }
  t.is(refusal(loop).code, 'TROUPE_CLOSURE_ASSIGNED')
  t.is(key, '')
})

test('assigning in a function that the captured one calls is refused too', (t) => {
  let calls = 0
  const counted = (): number => ++calls
  const error = refusal(() => counted())
  t.is(error.code, 'TROUPE_CLOSURE_ASSIGNED')
  t.regex(error.message, /map function → counted → calls/)
})

test('a variable of the function itself may be assigned, also from functions inside it', async (t) => {
  const outside = 1
  const { fn } = await carry({
    fn: (list: readonly number[]): number => {
      let total = outside
      list.forEach((value) => {
        total += value
      })
      return total
    },
  })
  t.is(fn([1, 2]), 4)
})

test('a variable that is assigned elsewhere travels with its value of now', async (t) => {
  let factor = 1
  const read = (): number => factor
  factor = 5
  const { copy } = await carry({ copy: read })
  factor = 6
  t.is(copy(), 5)
  t.is(read(), 6)
})

test('a constant read before its declaration ran is refused', (t) => {
  const error = refusal(() => late)
  const late = { value: 1 }
  t.is(error.code, 'TROUPE_CLOSURE_UNINITIALISED')
  t.regex(error.message, /late has no value yet.*Move its declaration/)
})

test('so it is when only the call stack can tell, and for classes and lets', (t) => {
  const maybe = (): string | undefined => (t.title === '' ? undefined : 'x')
  t.is(refusal(() => late).code, 'TROUPE_CLOSURE_UNINITIALISED')
  const late = maybe()
  t.is(refusal(() => Late).code, 'TROUPE_CLOSURE_UNINITIALISED')
  class Late {
    readonly value: number = 1
  }
  t.is(refusal(() => destructured).code, 'TROUPE_CLOSURE_UNINITIALISED')
  const { destructured } = { destructured: maybe() }
  t.is(typeof late, 'string')
})

test('undefined by right is a value as any other', async (t) => {
  const nothing = [1].find((value) => value > 1)
  let empty: number | undefined
  const assign = (): unknown => (empty = 1)
  const { never } = {} as { readonly never?: number }
  const { fn } = await carry({ fn: () => [nothing, empty, never, declaredLater()] })
  t.deepEqual(fn(), [undefined, undefined, undefined, undefined])
  t.is(assign(), 1)
})

function declaredLater(): unknown {
  return maybeNothing
}

const maybeNothing: unknown = [].at(0)

test('an accessor in a captured object is refused before its code runs', (t) => {
  let calls = 0
  const config = Object.defineProperty({}, 'secret', {
    enumerable: true,
    get: () => (calls += 1),
  })
  t.is(refusal(() => config).code, 'TROUPE_CLOSURE_ACCESSOR')
  t.is(calls, 0)
})

test('a global that the program added is refused, one of Node or the language is not', (t) => {
  const holder = globalThis as unknown as Record<string, unknown>
  holder['myTable'] = { a: 1 }
  t.teardown(() => Reflect.deleteProperty(globalThis, 'myTable'))
  const error = refusal(new Function('return myTable.a'))
  t.is(error.code, 'TROUPE_CLOSURE_GLOBAL')
  t.regex(error.message, /myTable is a global.*const myTable = globalThis\.myTable/)
  t.notThrows(() => pack(() => [structuredClone, process, Buffer, Math, globalThis, undefined]))
  t.notThrows(() => pack(new Function('return typeof window') as () => unknown))
})

test('arrow functions that use what is around them are refused', function (t) {
  const holder = {
    value: 1,
    ofArguments(..._: readonly number[]) {
      return () => arguments.length
    },
  }
  function Target(this: unknown): () => unknown {
    return () => new.target
  }
  for (const fn of [holder.ofArguments(1), Target.call(t)]) {
    t.is(refusal(fn).code, 'TROUPE_CLOSURE_OUTER_THIS')
  }
})

test('super, private names, eval and import.meta are refused', (t) => {
  class Derived extends Account {
    override valueOf(this: void): object {
      return super.valueOf()
    }
  }
  class Safe {
    readonly #code = 1
    reader(): () => number {
      return Safe.readerOf(this)
    }
    static readerOf(safe: Safe): () => number {
      return () => safe.#code
    }
    open(this: Safe): number {
      return this.#code
    }
  }
  const table: readonly (readonly [unknown, ClosureErrorCode])[] = [
    [Derived.prototype.valueOf, 'TROUPE_CLOSURE_SUPER'],
    [new Safe().reader(), 'TROUPE_CLOSURE_PRIVATE_NAME'],
    [Object.getOwnPropertyDescriptor(Safe.prototype, 'open')?.value, 'TROUPE_CLOSURE_PRIVATE_NAME'],
    [(text: string): unknown => eval(text), 'TROUPE_CLOSURE_EVAL'],
    [() => import.meta.url, 'TROUPE_CLOSURE_IMPORT_META'],
    [new Function('o', 'with (o) { return a }'), 'TROUPE_CLOSURE_WITH'],
  ]
  for (const [fn, code] of table) t.is(refusal(fn).code, code)
})

test('native functions that no built-in name leads to are refused', (t) => {
  let settle: unknown
  new Promise((settled) => {
    settle = settled
  }).catch(() => undefined)
  t.is(refusal(() => settle).code, 'TROUPE_CLOSURE_NATIVE')
})

test('what is no function is refused, with what it is', (t) => {
  t.is(refusal(1).code, 'TROUPE_CLOSURE_NOT_A_FUNCTION')
  t.regex(refusal(null).message, /null/)
})

test('functions and classes with changed prototypes are refused', (t) => {
  function Old(this: { a: number }): void {
    this.a = 1
  }
  Object.assign(Old.prototype as object, { method: () => 1 })
  t.is(refusal(() => Old).code, 'TROUPE_CLOSURE_PROTOTYPE')
  class Patched {
    own(): number {
      return 1
    }
  }
  Object.assign(Patched.prototype, { added: () => 2 })
  const error = refusal(() => Patched)
  t.is(error.code, 'TROUPE_CLOSURE_PROTOTYPE')
  t.regex(error.message, /Patched was given the member added/)
})

test('a class that counts in a private static is refused', (t) => {
  class Counter {
    static #count = 0
    static next(): number {
      return ++Counter.#count
    }
  }
  t.is(refusal(() => Counter).code, 'TROUPE_CLOSURE_ASSIGNED')
})

test('an import that Node does not find, or a namespace of unknown origin, is refused', async (t) => {
  const folder = folderOf(t, {
    'other.mjs': 'export const a = 1',
    'job.mjs': `
      const name = './other.mjs'
      const space = await import(name)
      export const fn = () => space.a`,
  })
  const { fn } = await load(new URL('job.mjs', folder))
  t.is(refusal(fn).code, 'TROUPE_CLOSURE_NAMESPACE')
})

test('a function whose source the engine no longer has, or the parser does not know, is refused', (t) => {
  const scripts: readonly (() => ScriptText)[] = [
    () => {
      throw new TypeError('No script for id: 7')
    },
    () => ({ url: '', text: 'const = 1', isModule: true, startLine: 0, startColumn: 0 }),
    () => ({ url: '', text: 'let other = 1', isModule: true, startLine: 0, startColumn: 0 }),
  ]
  for (const script of scripts) {
    const inspector: FunctionInspector = {
      ...tools.inspector,
      open: () => {
        const session = tools.inspector.open()
        return {
          inspect: (functions) => session.inspect(functions),
          outerThis: (arrow) => session.outerThis(arrow),
          script,
          close: () => session.close(),
        }
      },
    }
    const error = t.throws(() => captureFunction(() => 1, { ...tools, inspector }))
    t.like(error, { code: 'TROUPE_CLOSURE_SOURCE_MISSING' })
  }
})

test('a variable that the engine does not show is refused', (t) => {
  const hidden = 1
  const inspector: FunctionInspector = {
    ...tools.inspector,
    open: () => {
      const session = tools.inspector.open()
      return {
        inspect: (functions) => session.inspect(functions).map((each) => ({ ...each, scopes: [] })),
        outerThis: (arrow) => session.outerThis(arrow),
        script: (id) => session.script(id),
        close: () => session.close(),
      }
    },
  }
  const error = t.throws(() => captureFunction(() => hidden, { ...tools, inspector }))
  t.like(error, { code: 'TROUPE_CLOSURE_SCOPE_MISSING' })
})

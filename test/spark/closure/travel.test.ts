import { readFileSync } from 'node:fs'
import path, { join as joinPaths } from 'node:path'
import * as url from 'node:url'
import test from 'ava'
import { parse } from 'acorn'
import gross, { Money, net as toNet, state } from './fixtures/prices.ts'
import * as prices from './fixtures/prices.ts'
import { carry, travel } from './tools.ts'

const limit = 3
const table = { rows: [1, 2, 3], name: 'table' }

function double(value: number): number {
  return value * 2
}

function isEven(value: number): boolean {
  return value === 0 || isOdd(value - 1)
}

function isOdd(value: number): boolean {
  return value !== 0 && isEven(value - 1)
}

function factorial(value: number): number {
  return value < 2 ? 1 : value * factorial(value - 1)
}

class Point {
  static readonly origin: Point = new Point(0, 0)
  readonly #x: number
  readonly #y: number

  constructor(x: number, y: number) {
    this.#x = x
    this.#y = y
  }

  get sum(): number {
    return this.#x + this.#y
  }
}

class NamedPoint extends Point {
  readonly name: string

  constructor(name: string) {
    super(limit, 4)
    this.name = name
  }

  override toString(): string {
    return `${this.name} ${String(this.sum)}`
  }
}

test('an arrow function brings its constants and objects along', async (t) => {
  const fn = await travel((value: number) => value + limit + table.rows.length)
  t.is(fn(1), 7)
})

test('a function brings the functions it calls along, and those theirs', async (t) => {
  const outer = (value: number): number => double(value) + limit
  const fn = await travel((value: number) => outer(value))
  t.is(fn(5), 13)
})

test('functions that call each other find each other again', async (t) => {
  const fn = await travel(isEven)
  t.true(fn(10))
  t.false(fn(7))
})

test('a function that calls itself does so again', async (t) => {
  const fn = await travel(factorial)
  t.is(fn(5), 120)
  const recursive: (value: number) => number = (value) =>
    value < 1 ? 0 : value + recursive(value - 1)
  t.is((await travel(recursive))(4), 10)
})

test('two functions captured by one share what they share', async (t) => {
  const shared = { count: 1 }
  const left = (): object => shared
  const right = (): object => shared
  const fn = await travel(() => [left() === right(), left() === shared])
  t.deepEqual(fn(), [true, true])
})

test('async functions, generators and async generators keep their kind', async (t) => {
  const wait = async (value: number): Promise<number> => (await Promise.resolve(value)) + limit
  t.is(await (await travel(wait))(1), 4)
  const count = function* (): Generator<number> {
    yield limit
    yield* table.rows
  }
  t.deepEqual([...(await travel(count))()], [3, 1, 2, 3])
  const slowly = async function* (): AsyncGenerator<number> {
    yield await wait(1)
  }
  const seen: number[] = []
  for await (const value of (await travel(slowly))()) seen.push(value)
  t.deepEqual(seen, [4])
})

test('methods, getters and setters of object literals travel as functions', async (t) => {
  const key = 'computed'
  const object = {
    plain(this: void, value: number): number {
      return value + limit
    },
    async slow(this: void): Promise<number> {
      return Promise.resolve(limit)
    },
    *items(this: void): Generator<number> {
      yield limit
    },
    [key](this: void): string {
      return key
    },
  }
  t.is((await travel(object.plain))(1), 4)
  t.is(await (await travel(object.slow))(), 3)
  t.deepEqual([...(await travel(object.items))()], [3])
  const computed = await travel(object.computed)
  t.is(computed(), 'computed')
  t.is(computed.name, 'computed')
  const accessor = {
    get value(): number {
      return limit
    },
  }
  const descriptor = Object.getOwnPropertyDescriptor(accessor, 'value') ?? {}
  t.is((await travel(Reflect.get(descriptor, 'get') as () => number))(), 3)
})

test('an object of methods keeps its `this`', async (t) => {
  const counter = {
    step: limit,
    next(value: number): number {
      return value + this.step
    },
  }
  t.is((await travel((value: number) => counter.next(value)))(1), 4)
})

test('imports are the same exports on the other side', async (t) => {
  const fn = await travel(() => [gross, toNet, Money, prices.state, state] as const)
  t.deepEqual(fn(), [gross, toNet, Money, state, state])
  const whole = await travel(() => prices)
  t.is(whole(), prices)
})

test('imports of Node and of packages are found again', async (t) => {
  const fn = await travel((name: string) => [
    joinPaths('a', name),
    path.basename(name),
    typeof readFileSync,
    url.pathToFileURL('/a').href,
    parse('1', { ecmaVersion: 2020 }).type,
  ])
  t.deepEqual(fn('b.txt'), ['a/b.txt', 'b.txt', 'function', 'file:///a', 'Program'])
})

test('a local class is defined again from its source, after its superclass', async (t) => {
  const fn = await travel((name: string) => {
    const point = new NamedPoint(name)
    return [String(point), point instanceof Point, Point.origin.sum] as const
  })
  t.deepEqual(fn('p'), ['p 7', true, 0])
})

test('only names that are free travel: shadowed ones do not', async (t) => {
  const socket = new Promise(() => undefined)
  t.truthy(socket)
  const fn = await travel((list: readonly number[]) => {
    const inner = (socket: number): number => socket + 1
    label: for (const socket of list) {
      if (socket > 1) break label
    }
    try {
      throw new TypeError('x')
    } catch (socket) {
      void socket
    }
    return { socket: list.map(inner) }.socket
  })
  t.deepEqual(fn([1, 2]), [2, 3])
})

test('default parameters, templates, computed keys, destructuring and optional chains are looked into', async (t) => {
  const one = 1
  const two = 'two'
  const three: { readonly inner?: { readonly value: number } } = { inner: { value: 3 } }
  const fn = await travel(
    (a: number = one, { b = limit }: { b?: number } = {}, ...rest: readonly number[]) => ({
      [two]: `${String(a)}${String(b)}${two}`,
      rest: [...rest, three.inner?.value],
    }),
  )
  t.deepEqual(fn(undefined, {}, 9), { two: '13two', rest: [9, 3] })
})

test('names of functions stay', async (t) => {
  const named = (): number => limit
  t.is((await travel(named)).name, 'named')
  t.is((await travel(double)).name, 'double')
  t.is((await travel(() => limit)).name, '')
})

test('built-ins are the ones of the other side', async (t) => {
  const { max } = Math
  const print = console
  const fn = await travel(() => [max(1, 2), print === console, typeof Buffer, Array.isArray([])])
  t.deepEqual(fn(), [2, true, 'function', true])
})

test('an error in a rebuilt function names the original file and line', async (t) => {
  const fails = (): never => {
    throw new TypeError(`limit ${String(limit)}`)
  }
  const stackOf = (fn: () => never): string => {
    try {
      return fn()
    } catch (error) {
      return (error as Error).stack?.split('\n')[1] ?? ''
    }
  }
  const rebuilt = await travel(fails)
  const place = /travel\.test\.(js|ts):\d+:\d+/
  t.regex(stackOf(rebuilt), /at fails/)
  t.regex(stackOf(rebuilt), place)
})

test('rebuilt functions of modules are strict', async (t) => {
  const fn = await travel(function (this: unknown) {
    return this
  })
  t.is(fn.call(undefined as never), undefined)
})

test('functions made again from one source have captured values of their own', async (t) => {
  const adding =
    (by: number): ((value: number) => number) =>
    (value) =>
      value + by
  const [one, two] = await Promise.all([travel(adding(1)), travel(adding(2))])
  t.deepEqual([one(10), two(10), one(20)], [11, 12, 21])
})

test('a function that takes nothing along is the same object whenever it is made again', async (t) => {
  const plus = (value: number): number => value + 1
  const made = await travel(plus)
  t.is(await travel(plus), made)
  t.is(made(1), 2)
  const twice = (): ((value: number) => number) => (value) => value * 2
  const [one, other] = await carry([twice(), twice()])
  t.not(one, other)
  t.deepEqual([one?.(2), other?.(3)], [4, 6])
})

test('a function that may keep something with itself is made anew each time', async (t) => {
  const named = (): ((by: number) => number) => {
    const count = function count(by: number): number {
      const own = count as typeof count & { total?: number }
      return Object.assign(own, { total: (own.total ?? 0) + by }).total
    }
    return count
  }
  const first = await travel(named())
  t.deepEqual([first(1), first(1)], [1, 2])
  t.is((await travel(named()))(1), 1)
  const marked = Object.assign((value: number): number => value, { mark: 'own' })
  t.not(await travel(marked), await travel(marked))
  const constructing = function (): unknown {
    return new.target
  }
  t.not(await travel(constructing), await travel(constructing))
})

test('a function that is captured again takes along the values of that moment', async (t) => {
  let by = 1
  const adding = (value: number): number => value + by
  const one = await travel(adding)
  by = 2
  const two = await travel(adding)
  t.deepEqual([one(10), two(10)], [11, 12])
  const both = await carry([adding, (value: number): number => adding(value) * by])
  by = 3
  t.deepEqual(
    both.map((f) => f(10)),
    [12, 24],
  )
})

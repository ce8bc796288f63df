import test from 'ava'
import { folderOf, load } from './files.ts'
import { carry, refusal, travel } from './tools.ts'

class Scale {
  readonly factor: number = 2
  times(a: number, b = 1): number {
    return this.factor * a * b
  }
  static of(this: typeof Scale, value: number): number {
    return new this().times(value)
  }
}

test('a bound function is bound again, to a copy', async (t) => {
  const add = function (this: { readonly base: number }, a: number, b: number): number {
    return this.base + a + b
  }
  const bound = add.bind({ base: 10 }, 1)
  const travelled = await travel(bound)
  t.is(travelled(2), 13)
  t.is(travelled.name, 'bound add')
  t.is(travelled.length, 1)
  t.is((await travel(bound.bind(null, 5)))(), 16)
})

test('a method bound to an instance takes along what it uses of it', async (t) => {
  const scale = new Scale()
  const times = scale.times.bind(scale)
  t.is((await travel((value: number) => times(value, 3)))(2), 12)
  t.is((await travel(scale.times.bind(scale, 7)))(1), 14)
  t.is((await travel(Scale.of.bind(Scale)))(4), 8)
})

test('built-in functions that are bound travel', async (t) => {
  t.is((await travel(Math.max.bind(null, 3)))(2), 3)
  t.deepEqual(
    (await travel(Function.prototype.call.bind(Array.prototype.slice)))([1, 2, 3], 1),
    [2, 3],
  )
  const parts = { join: Array.prototype.join.bind(['a', 'b']) }
  t.is((await carry(parts)).join('-'), 'a-b')
  const numbers: typeof Array.prototype.map = await carry(Array.prototype.map.bind([1, 2]))
  t.deepEqual(
    numbers((n) => n * 2),
    [2, 4],
  )
})

test('odd values are bound as they are', async (t) => {
  const all = function (this: unknown, ...args: unknown[]): unknown {
    return [this, ...args]
  }
  const odd = [undefined, null, -0, Number.NaN, 5n, 'text', Symbol.for('key'), Symbol.iterator]
  for (const each of odd) {
    const fn = (await travel(all.bind(each, each))) as () => unknown[]
    t.deepEqual(fn(), [each, each])
  }
})

test('own properties and cycles of bound functions are kept', async (t) => {
  const holder: { get?: () => unknown } = {}
  holder.get = Object.assign(
    function (this: unknown) {
      return this
    }.bind(holder),
    { note: 'mine', holder },
  )
  const copy = await carry(holder)
  t.is(copy.get?.(), copy)
  t.is((copy.get as unknown as { note: string }).note, 'mine')
  t.is((copy.get as unknown as { holder: unknown }).holder, copy)
})

test('a bound class makes instances', async (t) => {
  class Pair {
    readonly items: readonly unknown[]
    constructor(...items: readonly unknown[]) {
      this.items = items
    }
  }
  const Ones = Pair.bind(null, 1) as unknown as new (second: number) => Pair
  t.deepEqual((await travel((n: number) => new Ones(n).items))(2), [1, 2])
})

test('a bound function whose parts can not travel is refused with the way to them', (t) => {
  const fn = function (this: unknown, ...args: unknown[]): unknown {
    return args.length === 0 ? this : args
  }
  const error = refusal(fn.bind(Promise.resolve()))
  t.is(error.code, 'TROUPE_CLOSURE_VALUE')
  t.regex(error.message, /what its `this` is bound to is a promise/)
  t.regex(refusal(fn.bind(null, new WeakMap())).message, /bound argument 0 is a WeakMap/)
  t.is(refusal(fn.bind(new Scale())).code, 'TROUPE_CLOSURE_INSTANCE')
})

test('plain JavaScript that is bound travels, also from CommonJS', async (t) => {
  const text = `
    class Scale { factor = 2; times(a) { return this.factor * a } }
    const scale = new Scale()
    const fn = scale.times.bind(scale)`
  const folder = folderOf(t, {
    'job.mjs': `${text}; export { fn }`,
    'job.cjs': `${text}; module.exports = { fn }`,
  })
  for (const name of ['job.mjs', 'job.cjs']) {
    const { fn } = await load(new URL(name, folder))
    t.is((await travel(fn as unknown as (value: number) => number))(4), 8, name)
  }
})

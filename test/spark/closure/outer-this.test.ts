import { EventEmitter } from 'node:events'
import test from 'ava'
import { CodecRegistry } from '../../../src/spark/closure/codecs.ts'
import { folderOf, load } from './files.ts'
import { carry, pack, refusal, tools, travel, type AnyFunction } from './tools.ts'

interface Row {
  readonly a: number
  readonly b: readonly number[]
}

/** What jobs look like that are classes. */
class Job extends EventEmitter {
  static readonly unit: string = 'kg'
  readonly rate: number = 3
  readonly names: Map<string, number> = new Map([['a', 1]])
  ran = 0
  scaled = ([, value]: readonly [string, number]): number => value * this.rate

  get doubled(): number {
    return this.rate * 2
  }

  scale(value: number): number {
    return this.offset(value) * this.rate
  }

  offset(value: number): number {
    return [value].map((each) => each + (this.names.get('a') ?? 0))[0] ?? 0
  }

  /** Each ends by calling; whatever stands first. */
  forms(call: (name: string) => number, one: number): readonly (() => unknown)[] {
    return [
      () => (a: number) => call('return') + a + this.rate,
      () => (a: number) => (a > one ? call('then') : call('else')) + this.rate,
      () => (a: number) => a > 0 && call('and') + this.rate,
      () => async (a: number) => a + (await Promise.resolve(call('await'))) + this.rate,
      () =>
        ({ a, b: [c = one] }: Row, [d = this.rate]: number[] = [one], ...rest: number[]) =>
          call('body') + a + c + d + rest.length,
      () =>
        (a = one, f = () => call('default')) =>
          f() + a + this.rate,
      () => (a: number) => {
        let unset: number | undefined
        const { b = call('pattern'), ...others } = { a, b: unset }
        return [b, others, this.rate]
      },
      () => (a: number) => {
        for (let i = call('init'); i < a; i += call('step')) call('turn')
        return this
      },
      () => (a: number) => {
        if (a === one) return call('if')
        try {
          return call('try') + this.rate
        } finally {
          call('finally')
        }
      },
      () => (a: number) => {
        function inner(): number {
          return call('inner')
        }
        switch (a) {
          case one:
            return inner()
          default:
            return this.rate
        }
      },
      () => () => {
        throw new RangeError(String(call('throw') + this.rate))
      },
    ]
  }

  calling(call: (name: string) => number): readonly ((...args: never) => unknown)[] {
    return [
      (a = call('default')) => a + this.rate,
      ([a = call('item')]: number[]) => a + this.rate,
      ({ a = new Array<number>(call('member')) }: { a?: number[] }) => a.length + this.rate,
      (a: number) => {
        class Made {
          static ready = call('static')
          value = a
        }
        return [new Made(), this.rate]
      },
    ]
  }

  functions(): readonly ((value: number) => unknown)[] {
    return [
      (value) => value * this.rate,
      async (value) => Promise.resolve(value * this.rate),
      (value, factor = this.rate) => value * factor,
      (value) => [value].map((each) => each * this.rate),
      (value) => this.scale(value) + this.doubled,
      (value) => {
        const { rate, names: known } = this
        return [value, rate, known.get('a')]
      },
      (value) => `${String(value)} ${(this.constructor as typeof Job).unit}`,
      () => typeof (this as { missing?: number }).missing,
      () => {
        this.ran += 0
      },
      () => [this],
    ]
  }
}

const job = new Job()

function of<This>(value: This): () => This {
  const make = function (this: This): () => This {
    return () => this
  }
  return make.call(value)
}

test('an arrow function takes along what it uses of the `this` around it', async (t) => {
  const expected = [6, 6, 6, [6], 15, [2, 3, 1], '2 kg', 'undefined']
  for (const [i, fn] of job.functions().slice(0, expected.length).entries()) {
    t.deepEqual(await (await travel(fn))(2), expected[i], fn.toString())
  }
  t.is((await travel(job.scaled))(['x', 5]), 15)
  t.is(job.ran, 0)
})

test('nothing of the arrow function runs when it is captured', async (t) => {
  const calls: string[] = []
  const call = (name: string): number => calls.push(name)
  const { rate } = job
  const session = tools.inspector.open()
  t.teardown(() => {
    session.close()
  })
  for (const form of job.forms(call, rate)) {
    const fn = form() as AnyFunction
    t.true([job, undefined].includes(session.outerThis(fn)?.value as Job), fn.toString())
  }
  await Promise.resolve()
  t.deepEqual(calls, [])
})

test('an arrow function whose defaults call something, or that declares a class, is not asked for its `this`', (t) => {
  const calls: string[] = []
  for (const fn of job.calling((name) => calls.push(name))) {
    t.is(refusal(fn).code, 'TROUPE_CLOSURE_OUTER_THIS', fn.toString())
  }
  t.deepEqual(calls, [])
})

test('`this` is a plain object with all that it has, shared and in cycles', async (t) => {
  const holder = {
    value: 1,
    self: undefined as unknown,
    nested() {
      return () => () => [1].map((value) => value + this.value)
    },
    whole() {
      return () => this
    },
  }
  holder.self = holder
  t.deepEqual((await travel(holder.nested()))()(), [2])
  const found = (await travel(holder.whole()))()
  t.is(found.self, found)
  t.deepEqual((await travel(found.nested()))()(), [2])
})

test('`this` may be nothing, a number, a class or an instance with a codec', async (t) => {
  for (const value of [null, 7, 'text', -0]) t.is((await travel(of(value)))(), value)
  class Point {
    static readonly zero = 0
    readonly x: number
    constructor(x: number) {
      this.x = x
    }
    moved(): (by: number) => number {
      return (by) => this.at() + by
    }
    at(): number {
      return this.x
    }
  }
  t.is((await travel(of(Point)))().zero, 0)
  const codecs = new CodecRegistry()
  codecs.register(Point, {
    name: 'point',
    encode: ({ x }) => x,
    decode: (x: number) => new Point(x),
  })
  t.is((await travel(new Point(4).moved(), { codecs }))(1), 5)
  t.is((await carry(of(new Point(4)), { codecs }))().at(), 4)
})

test('what can not be taken of `this` is refused with the way out', (t) => {
  const [assigning, whole] = job.functions().slice(-2)
  t.regex(refusal(assigning).message, /member of `this` is assigned.*accumulator/)
  t.is(refusal(assigning).code, 'TROUPE_CLOSURE_ASSIGNED')
  const error = refusal(whole)
  t.true(['TROUPE_CLOSURE_HANDLE', 'TROUPE_CLOSURE_INSTANCE'].includes(error.code))
  t.regex(error.message, /^this is .*Captured by map function → this/)
  const computed = function (this: Job) {
    return ({ [this.constructor.name]: value }: Readonly<Record<string, number>>) => value
  }.call(job)
  t.is(refusal(computed).code, 'TROUPE_CLOSURE_OUTER_THIS')
  t.is(refusal(of(undefined)).code, 'TROUPE_CLOSURE_OUTER_THIS')
})

test('`this` that only defaults of an arrow in an arrow use is refused, where it is not told', (t) => {
  const make = function (this: Job): readonly [AnyFunction, AnyFunction] {
    const one = (): ((by?: number) => number) => {
      return (by = this.rate) => by
    }
    return [one(), (by = this.rate) => by]
  }
  const [inArrow, outside] = make.call(job)
  t.is(refusal(inArrow).code, 'TROUPE_CLOSURE_OUTER_THIS')
  t.true(pack(outside).bytes.length > 0)
})

test('where the engine does not tell `this`, the function is refused', (t) => {
  const session = tools.inspector.open()
  t.teardown(() => {
    session.close()
  })
  const inspector = {
    ...tools.inspector,
    open: () => ({ ...session, outerThis: () => undefined }),
  }
  const error = refusal(job.scaled, {}, { ...tools, inspector })
  t.is(error.code, 'TROUPE_CLOSURE_OUTER_THIS')
  t.regex(error.message, /const value = this\.value/)
})

test('plain JavaScript, as a module and as CommonJS, has the same `this`', async (t) => {
  const text = `
    class Job {
      rate = 3
      run() { return ({ a: [first], ...rest }) => first * this.rate + Object.keys(rest).length }
    }
    const fn = new Job().run()
    const top = () => typeof this`
  const folder = folderOf(t, {
    'job.mjs': `${text}; export { fn, top }`,
    'job.cjs': `${text}; module.exports = { fn, top }`,
  })
  for (const [name, outside] of [
    ['job.mjs', 'undefined'],
    ['job.cjs', 'object'],
  ] as const) {
    const { fn, top } = await load(new URL(name, folder))
    const travelled = await travel(fn as unknown as (row: object) => number)
    t.is(travelled({ a: [2], b: 1, c: 1 }), 8, name)
    t.is((await travel(top as unknown as () => string))(), outside)
  }
})

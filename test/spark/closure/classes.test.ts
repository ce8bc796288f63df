import test from 'ava'
import {
  captureFunction,
  CodecRegistry,
  registerCodec,
  rebuildFunction,
} from '../../../src/spark/closure/index.ts'
import gross, { Money } from './fixtures/prices.ts'
import { carry, refusal, tools, travel } from './tools.ts'

class Range {
  readonly from: number
  readonly to: number

  constructor(from: number, to: number) {
    this.from = from
    this.to = to
  }

  get length(): number {
    return this.to - this.from
  }
}

test('a class by module reference is the same class on the other side', async (t) => {
  const fn = await travel((cents: number) => new Money(cents).plus(new Money(gross(1))))
  t.true(fn(5) instanceof Money)
  t.is(fn(5).cents, 6.25)
})

test('a local class keeps its private members, accessors, statics and static blocks', async (t) => {
  const names: string[] = ['zero']
  class Registry {
    static readonly known: string[] = []
    static #secret = 4
    static {
      this.known.push(...names)
    }
    static get secret(): number {
      return this.#secret
    }
    readonly #own = names.length
    accessor: number = 1;
    *[Symbol.iterator](): Generator<number> {
      yield this.#own
    }
    static describe = (): string => `${this.name} ${Registry.known.join()}`
  }
  Registry.known.push('later')
  const fn = await travel(() => [
    [...new Registry()],
    Registry.known,
    Registry.secret,
    Registry.describe(),
  ])
  t.deepEqual(fn(), [[1], ['zero', 'later'], 4, 'Registry zero,later'])
})

test('a static field has the value of the capture, not of its definition', async (t) => {
  class Settings {
    static level = 1
  }
  Settings.level = 7
  t.is((await travel(() => Settings.level))(), 7)
})

test('classes that need each other are defined in order', async (t) => {
  const mix = (base: typeof Animal): typeof Animal =>
    class Mixed extends base {
      override speak(): string {
        return `mixed ${super.speak()}`
      }
    }
  class Animal {
    speak(): string {
      return new Dog().bark()
    }
  }
  class Cat {
    readonly name: string = 'cat'
    readonly rival = (): typeof Dog => Dog
  }
  class Dog extends mix(Animal) {
    static readonly kinds: readonly string[] = [new Cat().name]
    bark(): string {
      return 'bark'
    }
  }
  const fn = await travel(() => [new Dog().speak(), Dog.kinds, new Cat().rival() === Dog])
  t.deepEqual(fn(), ['mixed bark', ['cat'], true])
})

test('classes travel inside objects, maps and anonymous expressions', async (t) => {
  const table = { byName: new Map([['range', Range]]), list: [class {}, class extends Range {}] }
  const copy = await carry(table)
  const type = copy.byName.get('range')
  t.is(type && new type(1, 3).length, 2)
  const derived = copy.list[1]
  t.true(derived && new derived(1, 2) instanceof (type as never))
  t.deepEqual([...copy.byName.keys()], ['range'])
})

test('an instance travels by the codec of its class, methods and identity included', async (t) => {
  registerCodec(Range, {
    name: 'test range',
    encode: ({ from, to }) => [from, to] as const,
    decode: ([from, to]) => new Range(from, to),
  })
  const range = new Range(2, 5)
  const fn = await travel(() => [range.length, range instanceof Range, { range }.range === range])
  t.deepEqual(fn(), [3, true, true])
  const copies = await carry([range, range])
  t.is(copies[0], copies[1])
  t.not(copies[0], range)
})

test('codecs nest, and take functions in their data', async (t) => {
  class Wrapper {
    readonly inner: unknown
    readonly act: () => number
    constructor(inner: unknown, act: () => number) {
      this.inner = inner
      this.act = act
    }
  }
  const codecs = new CodecRegistry()
  codecs.register(Wrapper, {
    name: 'wrapper',
    encode: ({ inner, act }) => ({ inner, act }),
    decode: ({ inner, act }) => new Wrapper(inner, act),
  })
  const limit = 3
  const nested = new Wrapper([new Wrapper(1, () => limit)], () => limit + 1)
  const graph = captureFunction(() => nested, tools, { codecs })
  const { act, inner } = (await rebuildFunction<() => Wrapper>(graph, tools))()
  t.is(act(), 4)
  t.is((inner as Wrapper[])[0]?.act(), 3)
})

test('a codec is for its class alone: a subclass needs its own', (t) => {
  class Wider extends Range {}
  const codecs = new CodecRegistry()
  codecs.register(Range, { name: 'range', encode: () => 1, decode: () => new Range(0, 1) })
  const wider = new Wider(1, 2)
  t.is(refusal(() => wider, { codecs }).code, 'TROUPE_CLOSURE_INSTANCE')
})

test('a codec name belongs to one class, which may replace its codec', (t) => {
  const codecs = new CodecRegistry()
  const codec = { name: 'one', encode: () => 1, decode: () => new Range(0, 1) }
  codecs.register(Range, codec)
  t.notThrows(() => {
    codecs.register(Range, { ...codec, name: 'two' })
    codecs.register(Range, codec)
  })
  const error = t.throws(() => {
    codecs.register(Money, { ...codec, decode: () => new Money(1) })
  })
  t.like(error, { code: 'TROUPE_CLOSURE_CODEC_TAKEN' })
})

test('a codec that fails, on either side, is an error with its cause', async (t) => {
  const range = new Range(1, 2)
  const failing = new CodecRegistry()
  failing.register(Range, {
    name: 'failing',
    encode: () => {
      throw new RangeError('no')
    },
    decode: () => range,
  })
  t.is(refusal(() => range, { codecs: failing }).code, 'TROUPE_CLOSURE_CODEC_FAILED')
  const late = new CodecRegistry()
  late.register(Range, {
    name: 'late',
    encode: () => 1,
    decode: () => {
      throw new RangeError('not here')
    },
  })
  const error = await t.throwsAsync(travel(() => range, { codecs: late }))
  t.like(error, { code: 'TROUPE_CLOSURE_CODEC_FAILED' })
  t.regex(error?.message ?? '', /"late".*not here/)
})

test('data of a codec that leads back to its instance is refused', (t) => {
  class Node {
    readonly peers: Node[] = []
  }
  const codecs = new CodecRegistry()
  codecs.register(Node, {
    name: 'node',
    encode: ({ peers }) => ({ peers }),
    decode: () => new Node(),
  })
  const [a, b] = [new Node(), new Node()]
  a.peers.push(b)
  b.peers.push(a)
  const error = refusal(() => a, { codecs })
  t.is(error.code, 'TROUPE_CLOSURE_CYCLE')
  t.regex(error.message, /codec/)
})

test("a host's own objects travel by stand-ins, also inside data and functions", async (t) => {
  class Broadcast {
    readonly id: number
    readonly #value: string
    constructor(id: number, value: string) {
      this.id = id
      this.#value = value
    }
    get value(): string {
      return this.#value
    }
  }
  const broadcast = new Broadcast(7, 'driver')
  const helper = (): string => broadcast.value
  const holder = { list: [broadcast] }
  const fn = await travel(() => [helper(), holder.list[0] === broadcast, broadcast.id], {
    replace: (value) =>
      value instanceof Broadcast ? { name: 'broadcast', data: { id: value.id } } : undefined,
    revive: (name, data) => {
      t.is(name, 'broadcast')
      return new Broadcast((data as { id: number }).id, 'executor')
    },
  })
  t.deepEqual(fn(), ['executor', true, 7])
  const error = await t.throwsAsync(
    travel(() => broadcast, { replace: () => undefined, codecs: new CodecRegistry() }),
  )
  t.like(error, { code: 'TROUPE_CLOSURE_INSTANCE' })
})

test('a stand-in without a reviver is an error', async (t) => {
  const replace = (value: object): { name: string; data: unknown } | undefined =>
    value instanceof Range ? { name: 'range', data: null } : undefined
  const range = new Range(1, 2)
  const graph = captureFunction(() => range, tools, { replace })
  const error = await t.throwsAsync(rebuildFunction(graph, tools))
  t.like(error, { code: 'TROUPE_CLOSURE_GRAPH_INVALID' })
})

import test from 'ava'
import fc from 'fast-check'
import { carry, travel } from './tools.ts'

test('numbers, strings, symbols and big integers arrive as they were', async (t) => {
  const odd = [
    NaN,
    -0,
    0,
    Infinity,
    -Infinity,
    2 ** 53,
    1.5,
    1n << 200n,
    -1n,
    undefined,
    null,
    true,
  ]
  t.true((await carry(odd)).every((value, index) => Object.is(value, odd[index])))
  const texts = ['', 'ä€😀', '\ud800 alone', 'a\u0000b']
  t.deepEqual(await carry(texts), texts)
  t.is(await carry(Symbol.iterator), Symbol.iterator)
  t.is(await carry(Symbol.for('troupe.test')), Symbol.for('troupe.test'))
})

test('maps, sets, dates, patterns and URLs are themselves again', async (t) => {
  const pattern = /a(b)/giu
  pattern.lastIndex = 3
  const value = {
    map: new Map<unknown, unknown>([
      ['k', 1],
      [{ key: true }, new Set([1, 'two'])],
    ]),
    date: new Date(1e12),
    never: new Date(NaN),
    pattern,
    url: new URL('https://example.org/a?b=1#c'),
    query: new URLSearchParams('a=1&a=2'),
  }
  const copy = await carry(value)
  t.deepEqual(copy.map, value.map)
  t.is(copy.date.getTime(), 1e12)
  t.is(copy.never.getTime(), NaN)
  t.is(copy.pattern.source, 'a(b)')
  t.is(copy.pattern.flags, 'giu')
  t.is(copy.pattern.lastIndex, 3)
  t.is(copy.url.href, value.url.href)
  t.true(copy.url instanceof URL)
  t.deepEqual([...copy.query], [...value.query])
})

test('decoders and number formats are made again with their options', async (t) => {
  const format = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2 })
  const decoder = new TextDecoder('utf-16le', { fatal: true })
  const fn = await travel((value: number) => [
    format.format(value),
    decoder.encoding,
    decoder.fatal,
  ])
  t.deepEqual(fn(1234.5), ['1.234,50', 'utf-16le', true])
})

test('errors keep class, message, stack, cause and members', async (t) => {
  const cause = new RangeError('too far')
  const error = Object.assign(new TypeError('wrong', { cause }), { code: 'E_WRONG' })
  const copy = await carry(error)
  t.true(copy instanceof TypeError)
  t.is(copy.message, 'wrong')
  t.is(copy.stack, error.stack)
  t.is(copy.code, 'E_WRONG')
  t.true(copy.cause instanceof RangeError)
  t.false(Object.keys(copy).includes('message'))
  const many = await carry(new AggregateError([cause, new Error('b')], 'both'))
  t.deepEqual(
    many.errors.map((each: Error) => each.message),
    ['too far', 'b'],
  )
})

test('typed arrays share their buffer again', async (t) => {
  const buffer = new ArrayBuffer(16)
  const views = { bytes: new Uint8Array(buffer, 4, 8), doubles: new Float64Array(buffer), buffer }
  views.doubles[1] = 1.5
  const copy = await carry(views)
  t.is(copy.bytes.buffer, copy.doubles.buffer)
  t.is(copy.buffer, copy.doubles.buffer)
  t.deepEqual(copy.bytes, views.bytes)
  t.is(copy.doubles[1], 1.5)
  t.not(copy.buffer, buffer)
})

test('every kind of view arrives', async (t) => {
  const views = [
    new Int8Array([-1]),
    new Uint8ClampedArray([255]),
    new Int16Array([-2]),
    new Uint16Array([3]),
    new Int32Array([-4]),
    new Uint32Array([5]),
    new Float32Array([0.5]),
    new BigInt64Array([-6n]),
    new BigUint64Array([7n]),
    new DataView(new ArrayBuffer(3), 1, 2),
  ]
  t.deepEqual(await carry(views), views)
})

test('a small Buffer travels without the pool it is cut from', async (t) => {
  const bytes = Buffer.from('secret neighbours are not sent')
  const copy = await carry(bytes)
  t.true(Buffer.isBuffer(copy))
  t.true(copy.equals(bytes))
  const whole = Buffer.alloc(4, 1)
  t.true((await carry(whole)).equals(whole))
})

test('arrays keep holes, extra members and their length', async (t) => {
  const array = Object.assign([1, , 3], { label: 'x' })
  const copy = await carry(array)
  t.false(1 in copy)
  t.is(copy.length, 3)
  t.is(copy.label, 'x')
  const trailing = [1, ,]
  t.is((await carry(trailing)).length, 2)
  const sparse: number[] = []
  sparse[4_000_000_000] = 1
  const thin = await carry(sparse)
  t.is(thin.length, 4_000_000_001)
  t.deepEqual(Object.keys(thin), ['4000000000'])
  const match = /b/.exec('abc')
  t.is((await carry(match))?.index, 1)
})

test('objects keep order of keys, hidden and odd members, and how far they are closed', async (t) => {
  const value = {
    b: 1,
    a: 2,
    [Symbol.for('troupe.key')]: 3,
    ['\ud800']: 4,
    frozen: Object.freeze({ x: Object.freeze([1]) }),
    sealed: Object.seal({ y: 1 }),
    bare: Object.assign(Object.create(null) as object, { z: 1 }),
  }
  Object.defineProperty(value, 'hidden', { value: 5 })
  Object.defineProperty(value, '__proto__', { value: 6, enumerable: true })
  const copy = await carry(value)
  t.deepEqual(Reflect.ownKeys(copy).sort(byText), Reflect.ownKeys(value).sort(byText))
  t.deepEqual(Object.keys(copy).slice(0, 2), ['b', 'a'])
  t.is(copy[Symbol.for('troupe.key') as never], 3 as never)
  t.false(Object.keys(copy).includes('hidden'))
  t.is(Object.getOwnPropertyDescriptor(copy, '__proto__')?.value, 6)
  t.is(Object.getPrototypeOf(copy), Object.prototype)
  t.true(Object.isFrozen(copy.frozen) && Object.isFrozen(copy.frozen.x))
  t.true(Object.isSealed(copy.sealed) && !Object.isFrozen(copy.sealed))
  t.is(Object.getPrototypeOf(copy.bare), null)
})

function byText(a: PropertyKey, b: PropertyKey): number {
  return String(a) < String(b) ? -1 : 1
}

test('functions as members, in maps and with members of their own travel too', async (t) => {
  const base = 2
  const step = Object.assign((value: number): number => value + base, { label: 'step' })
  const steps = new Map([['step', step]])
  const copy = await carry({ steps, list: [step] })
  t.is(copy.list[0]?.(1), 3)
  t.is(copy.list[0], copy.steps.get('step'))
  t.is(copy.list[0]?.label, 'step')
})

test('a list of a hundred thousand links does not overflow the stack', async (t) => {
  interface Link {
    readonly next: Link | undefined
  }
  let first: Link | undefined
  for (let index = 0; index < 100_000; index++) first = { next: first }
  let copy = await carry(first)
  let length = 0
  for (; copy !== undefined; copy = copy.next) length += 1
  t.is(length, 100_000)
})

test('a chain of ten thousand functions does not overflow the stack', async (t) => {
  let chain = (value: number): number => value
  for (let index = 0; index < 10_000; index++) {
    const inner = chain
    chain =
      index < 9_990 ? (value) => (value < 0 ? inner(value) : value) : (value) => inner(value) + 1
  }
  t.is((await carry({ chain })).chain(5), 15)
})

/** Any plain data, with shared values and cycles tied in afterwards. */
const graphs = fc
  .tuple(
    fc.array(
      fc.oneof(
        { depthSize: 'small' },
        fc.anything({
          withMap: true,
          withSet: true,
          withBigInt: true,
          withDate: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
          withUnicodeString: true,
        }),
        fc.constantFrom(-0, NaN, undefined, Infinity, '\udfff', 10n ** 40n),
      ),
      { minLength: 1, maxLength: 6 },
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 }),
  )
  .map(([items, ties]) => {
    const holders = items.map((item): Record<string, unknown> => ({ item }))
    for (const [from, to] of ties) {
      const holder = holders[from % holders.length]
      if (holder !== undefined) holder[`tie${String(to)}`] = holders[to % holders.length]
    }
    return holders
  })

test('any graph of plain data arrives alike, with its identities and cycles', async (t) => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const copy = await carry(graph)
      const difference = differ(graph, copy, new Map())
      t.is(difference, undefined)
    }),
    { numRuns: 200 },
  )
})

/** The first path at which two values differ, in kind, content or sharing. */
function differ(a: unknown, b: unknown, seen: Map<object, unknown>, at = ''): string | undefined {
  if (typeof a !== 'object' || a === null) return Object.is(a, b) ? undefined : at
  if (typeof b !== 'object' || b === null) return at
  if (seen.has(a)) return seen.get(a) === b ? undefined : `${at} (shared)`
  seen.set(a, b)
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${at} (prototype)`
  if (a instanceof Date && b instanceof Date)
    return Object.is(a.getTime(), b.getTime()) ? undefined : at
  if (a instanceof Map && b instanceof Map) return differ([...a], [...b], seen, `${at} (map)`)
  if (a instanceof Set && b instanceof Set) return differ([...a], [...b], seen, `${at} (set)`)
  const keys = Reflect.ownKeys(a)
  if (keys.length !== Reflect.ownKeys(b).length) return `${at} (keys)`
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return `${at}.${String(key)}`
    const found = differ(Reflect.get(a, key), Reflect.get(b, key), seen, `${at}.${String(key)}`)
    if (found !== undefined) return found
  }
  return undefined
}

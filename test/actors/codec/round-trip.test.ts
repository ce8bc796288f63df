import test from 'ava'
import fc from 'fast-check'
import {
  ConnectionDecoder,
  ConnectionEncoder,
  decodeAlone,
  encodeAlone,
  findCulprit,
} from '../../../src/actors/codec/index.ts'
import type { RefCodec } from '../../../src/actors/codec/index.ts'

class FakeRef {
  readonly number: number
  constructor(number: number) {
    this.number = number
  }
}

const fakeRefs: RefCodec = {
  isRef: (value) => value instanceof FakeRef,
  encodeRef: (ref) => [(ref as FakeRef).number],
  decodeRef: (wire) => new FakeRef((wire as [number])[0]),
}

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'grapheme', minLength: 60, maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.integer(),
  fc.double({ noDefaultInfinity: false }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.date(),
  fc.uint8Array({ maxLength: 300 }),
  fc.float64Array(),
  fc.float32Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.int8Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.uint8ClampedArray(),
  fc.nat().map((n) => new FakeRef(n)),
)

const key = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text !== '__proto__')

const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(key, tie('node'), { maxKeys: 6, noNullPrototype: true }),
    fc.array(fc.tuple(scalar, tie('node')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.array(scalar, { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).node

/** Shapes that come again, as those of messages do. */
const message = fc.oneof(
  value,
  fc.record({ type: fc.constant('Add'), n: value }),
  fc.record({ type: fc.constant('Get'), replyTo: fc.nat().map((n) => new FakeRef(n)) }),
  fc.record({ type: fc.constant('Put'), key, value, at: fc.date() }),
)

test('values of one connection come out as they went in, shape after shape', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 6 }), { maxLength: 12 }), (batches) => {
      const encoder = new ConnectionEncoder(fakeRefs)
      const decoder = new ConnectionDecoder(fakeRefs)
      for (const batch of batches) {
        t.deepEqual(decoder.decode(encoder.encode(batch, 5), 5), batch)
      }
    }),
    { numRuns: 150 },
  )
})

test('connections of one thread do not disturb each other', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), message), { maxLength: 40 }), (steps) => {
      const pairs = [0, 1, 2].map(() => ({
        encoder: new ConnectionEncoder(fakeRefs),
        decoder: new ConnectionDecoder(fakeRefs),
      }))
      const frames = steps.map(([which, item]) => ({
        which,
        item,
        frame: pairs[which]?.encoder.encode(item, 0),
      }))
      for (const { which, item, frame } of frames) {
        t.deepEqual(pairs[which]?.decoder.decode(frame as Uint8Array, 0), item)
      }
    }),
    { numRuns: 100 },
  )
})

test('odd keys travel like any others', (t) => {
  const batch: unknown[] = [
    [{ a: 1, __keys__: 2 }, { a: 1 }],
    { a: 3, deep: new Map([['k', { __keys__: [{ a: 1 }], constructor: 'x', at: new Date(5) }]]) },
    { a: 2, replyTo: new FakeRef(4), hasOwnProperty: 1, toString: 2, '': 3, 'ü\ud800': 4 },
    Object.assign(Object.create(null) as object, { a: 5 }),
  ]
  const encoder = new ConnectionEncoder(fakeRefs)
  const decoder = new ConnectionDecoder(fakeRefs)
  for (let i = 0; i < 3; i++) {
    const [first, second, third, fourth] = decoder.decode(encoder.encode(batch, 0), 0) as unknown[]
    t.deepEqual([first, second, third], batch.slice(0, 3))
    t.deepEqual(fourth, { a: 5 })
    t.deepEqual(decoder.decode(encoder.encode({ a: i }, 0), 0), { a: i })
  }
})

test('minus zero and lone surrogates arrive as they are', (t) => {
  const encoder = new ConnectionEncoder(fakeRefs)
  const decoder = new ConnectionDecoder(fakeRefs)
  const values = [
    -0,
    0,
    '\ud800',
    'a\udc00b',
    `${'ü'.repeat(100)}\udfff`,
    '😀',
    'ü',
    'x'.repeat(64),
  ]
  const arrived = decoder.decode(encoder.encode(values, 0), 0) as unknown[]
  t.deepEqual(arrived, values)
  t.true(Object.is(arrived[0], -0) && Object.is(arrived[1], 0))
})

test('objects of ever new keys wear a writer out, but never come out wrong', (t) => {
  const encoder = new ConnectionEncoder(fakeRefs)
  const decoder = new ConnectionDecoder(fakeRefs)
  t.false(encoder.isWorn)
  for (let i = 0; i < 3_000; i++) {
    const sent = {
      type: 'Count',
      counts: { [`word${String(i)}`]: i, [`other${String(i)}`]: { a: i } },
    }
    t.deepEqual(decoder.decode(encoder.encode(sent, 0), 0), sent)
  }
  t.true(encoder.isWorn)
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${String(i)}`, i]))
  t.deepEqual(decoder.decode(encoder.encode([wide, wide], 0), 0), [wide, wide])
})

test('a message that is sent from a getter of another one does not disturb it', (t) => {
  const outer = new ConnectionEncoder(fakeRefs)
  const inner = new ConnectionEncoder(fakeRefs)
  const seen: unknown[] = []
  const sly = {
    first: 'x'.repeat(500),
    get second() {
      seen.push(new ConnectionDecoder(fakeRefs).decode(inner.encode({ n: seen.length }, 0), 0))
      return 'y'
    },
    third: 3,
  }
  t.deepEqual(new ConnectionDecoder(fakeRefs).decode(outer.encode(sly, 0), 0), {
    first: 'x'.repeat(500),
    second: 'y',
    third: 3,
  })
  t.deepEqual(seen[0], { n: 0 })
})

test('a value by itself can be read by itself', (t) => {
  const lone = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar.filter((item) => !(item instanceof FakeRef)),
      fc.array(tie('node'), { maxLength: 5 }),
      fc.dictionary(key, tie('node'), { maxKeys: 6, noNullPrototype: true }),
      fc.array(fc.tuple(key, tie('node')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    ),
  })).node
  fc.assert(
    fc.property(lone, (item) => {
      t.deepEqual(decodeAlone(encodeAlone(item)), item)
    }),
    { numRuns: 300 },
  )
  t.throws(() => encodeAlone(new FakeRef(1)), { code: 'TROUPE_CODEC_UNENCODABLE' })
})

test('a key __proto__ is refused, and named with its place', (t) => {
  const value = { rows: [JSON.parse('{"a":{"__proto__":1}}') as unknown] }
  t.throws(() => encodeAlone(value), { code: 'TROUPE_CODEC_UNENCODABLE' })
  t.throws(() => new ConnectionEncoder(fakeRefs).encode(value, 0), {
    code: 'TROUPE_CODEC_UNENCODABLE',
  })
  t.deepEqual(
    findCulprit(value, () => false, 'message'),
    {
      path: 'message.rows[0].a.__proto__',
      what: 'a key of that name',
    },
  )
})

test('a large frame takes its buffer along; the next one has another', (t) => {
  const encoder = new ConnectionEncoder(fakeRefs)
  const decoder = new ConnectionDecoder(fakeRefs)
  const sizes = [10, 70_000, 100, 300_000, 5_000_000, 20, 1_000_000]
  const frames = sizes.map((size, i) => encoder.encode({ bytes: new Uint8Array(size).fill(i) }, 5))
  const large = frames.filter(({ byteLength }) => byteLength > 64 * 1024)
  t.is(new Set(large.map(({ buffer }) => buffer)).size, 4)
  for (const [i, frame] of frames.entries()) {
    const { bytes } = decoder.decode(frame, 5) as { bytes: Uint8Array }
    t.is(bytes.length, sizes[i] ?? -1)
    t.true(bytes.every((byte) => byte === i))
  }
})

test('any bytes at all decode to something or to TROUPE_CODEC_UNDECODABLE', (t) => {
  const sample = new ConnectionEncoder(fakeRefs).encode(
    [
      1,
      { type: 'Add', n: [1, 2.5, 'three', new Map([[1, 2n]]), new FakeRef(3)] },
      2,
      new Error('x'),
    ],
    0,
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.tuple(fc.nat(sample.length - 1), fc.nat(255)).map(([at, byte]) => {
          const bent = sample.slice()
          bent[at] = byte
          return bent
        }),
        fc.nat(sample.length).map((length) => sample.slice(0, length)),
      ),
      (bytes) => {
        try {
          new ConnectionDecoder(fakeRefs).decode(bytes, 0)
        } catch (error) {
          t.is((error as { code?: string }).code, 'TROUPE_CODEC_UNDECODABLE')
        }
      },
    ),
    { numRuns: 3000 },
  )
  t.is(({} as Record<string, unknown>)['polluted'], undefined)
})

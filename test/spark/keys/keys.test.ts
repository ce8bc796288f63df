import test from 'ava'
import fc from 'fast-check'

import { KeyMap, canonicalKey, compareKeys, hashKey } from '../../../src/spark/keys/index.ts'
import { murmur3Text } from '../../../src/spark/keys/murmur3.ts'

const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, NaN, 0, -0, '', '0'),
)
const key = fc.oneof(
  primitive,
  fc.array(primitive, { maxLength: 3 }),
  fc.dictionary(fc.string(), primitive),
)

test('the hash is the written function: its values never change', (t) => {
  t.deepEqual(
    [
      '',
      'a',
      'the',
      'naïve',
      '€𝄞',
      0,
      -1,
      1.5,
      NaN,
      null,
      undefined,
      true,
      7n,
      ['a', 1],
      { b: 2, a: 1 },
    ].map(hashKey),
    [
      2656299047, 1839938259, 3854502776, 1269678088, 2946489587, 2459554065, 1698510209,
      3107164342, 2230383301, 929519775, 845266877, 3313214185, 2543739960, 4081312944, 1976218338,
    ],
  )
})

test('murmur3 gives the published values for bytes that are code units', (t) => {
  t.is(murmur3Text('', 0), 0)
  t.is(murmur3Text('', 1), 0x514e28b7)
  t.is(murmur3Text('\u4321\u8765', 0), 0xf55b516b)
  t.is(murmur3Text('\u4321\u8765', 0x5082edee), 0x2362f9de)
  t.is(murmur3Text('\u4321', 0), 0xa0f7b07a)
  t.is(murmur3Text('\uffff\uffff', 0), 0x76293b50)
})

test('equal keys have one text, one hash and no order; others differ in text and order', (t) => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const isEqual = canonicalKey(a) === canonicalKey(b)
      t.is(compareKeys(a, b) === 0, isEqual)
      t.is(Math.sign(compareKeys(a, b)), -Math.sign(compareKeys(b, a)) + 0)
      if (isEqual) t.is(hashKey(a), hashKey(b))
      t.is(hashKey(a), hashKey(structuredClone(a)))
    }),
    { numRuns: 500 },
  )
})

test('the order of keys is transitive', (t) => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 3, maxLength: 8 }), (keys) => {
      // In boxes: an array's own sort puts undefined last, whatever it is told.
      const sorted = keys.map((each) => [each]).sort(([a], [b]) => compareKeys(a, b))
      for (let i = 0; i < sorted.length; i += 1) {
        for (let j = i; j < sorted.length; j += 1) t.true(compareKeys(sorted[i], sorted[j]) <= 0)
      }
    }),
    { numRuns: 300 },
  )
})

test('a key map holds exactly one entry a key, and finds it by an equal key', (t) => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
      const map = new KeyMap<unknown, number>()
      for (const each of keys) {
        const entry = map.get(each)
        if (entry === undefined) map.add(each, 1)
        else entry.value += 1
      }
      t.is(map.size, new Set(keys.map(canonicalKey)).size)
      for (const each of keys) t.true((map.get(structuredClone(each))?.value ?? 0) > 0)
      t.is(
        [...map.entries()].reduce((sum, { value }) => sum + value, 0),
        keys.length,
      )
    }),
    { numRuns: 200 },
  )
})

test('1 is not "1", null is not undefined, NaN equals itself, -0 is 0', (t) => {
  const map = new KeyMap<unknown, string>()
  map.add(-0, 'zero')
  map.add(NaN, 'NaN')
  map.add(null, 'null')
  map.add('1', 'text')
  t.is(map.get(0)?.value, 'zero')
  t.is(map.get(NaN)?.value, 'NaN')
  t.is(map.get(undefined), undefined)
  t.is(map.get(1), undefined)
  t.true(Object.is([...map.entries()][0]?.key, 0))
})

test('functions, symbols, class instances, Maps and cycles are refused as keys', (t) => {
  class Point {
    readonly x = 1
  }
  const cycle: unknown[] = []
  cycle.push(cycle)
  for (const refused of [() => 1, Symbol('s'), new Point(), new Map(), [new Set()], cycle]) {
    t.throws(() => hashKey(refused), { code: 'TROUPE_SPARK_KEY_UNSUPPORTED' })
  }
})

test('bytes are in order byte by byte, then the shorter first, between arrays and objects', (t) => {
  const keys = [[1], Uint8Array.of(), Buffer.of(1, 9), Uint8Array.of(1, 9, 0), Buffer.of(200), {}]
  for (const [i, a] of keys.entries()) {
    for (const [j, b] of keys.entries()) t.is(Math.sign(compareKeys(a, b)), Math.sign(i - j))
  }
})

test('Dates and bytes are keys by their content', (t) => {
  t.is(canonicalKey(new Date(5)), canonicalKey(new Date(5)))
  t.is(compareKeys(new Date(5), new Date(6)), -1)
  t.is(hashKey(Uint8Array.of(1, 2)), hashKey(Buffer.from([1, 2])))
  t.not(canonicalKey(Uint8Array.of(1)), canonicalKey([1]))
})

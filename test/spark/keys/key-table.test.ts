import test from 'ava'
import fc from 'fast-check'

import { KeyTable, canonicalKey } from '../../../src/spark/keys/index.ts'

const latin = fc.integer({ min: 0, max: 255 }).map((unit) => String.fromCharCode(unit))

const key = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 14 }),
  fc.string({ unit: latin, minLength: 12, maxLength: 30 }),
  fc.constantFrom(255, 256, 257).map((length) => 'ÿ'.repeat(length)),
  fc.constantFrom(11, 12, 13, 16, 17).map((length) => '\u0000'.repeat(length)),
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    null,
    undefined,
    true,
    false,
    NaN,
    -0,
    0,
    1n,
    '1',
    1,
    '',
    '\u0000',
    '\u0000\u0000',
  ),
  fc.date(),
  fc.tuple(fc.integer(), fc.string({ maxLength: 3 })),
  fc.record({ a: fc.integer({ max: 3 }), b: fc.boolean() }),
)

test('a key table gives every key one number, in order of appearance, and finds it by an equal key', (t) => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const table = new KeyTable<unknown, number>()
      const model = new Map<string, number>()
      for (const each of keys) {
        const text = canonicalKey(each)
        const known = model.get(text)
        const number = table.numberOf(structuredClone(each))
        if (known === undefined) {
          t.is(number, ~model.size)
          model.set(text, model.size)
          table.values.push(1)
        } else {
          t.is(number, known)
          table.values[number] = (table.values[number] as number) + 1
        }
      }
      t.deepEqual(table.keys.map(canonicalKey), [...model.keys()])
      t.is(
        table.values.reduce((sum, count) => sum + count, 0),
        keys.length,
      )
    }),
    { numRuns: 300 },
  )
})

test('tables of thousands of keys of each kind grow without losing one', (t) => {
  const kinds: readonly ((i: number) => unknown)[] = [
    (i) => i * 65_536,
    (i) => -i,
    (i) => `k${i}`,
    (i) => `a long text that ends in ${i}`,
    (i) => `é${i}ж`,
    (i) => i + 0.5,
    (i) => BigInt(i),
    (i) => [i],
  ]
  for (const make of kinds) {
    const table = new KeyTable()
    for (let round = 0; round < 2; round += 1) {
      for (let i = 1; i <= 5_000; i += 1) {
        const number = table.numberOf(make(i))
        if (number < 0) table.values.push(i)
        else if (table.values[number] !== i) t.fail(`${String(make(i))} has the number ${number}`)
      }
    }
    t.is(table.size, 5_000)
  }
})

test('the zero of a key table is 0, never -0', (t) => {
  const table = new KeyTable()
  table.numberOf(-0)
  t.true(Object.is(table.keys[0], 0))
})

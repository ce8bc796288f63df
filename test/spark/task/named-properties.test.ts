import test from 'ava'

import { rowCodec } from '../../../src/spark/task/index.ts'

const match = (): RegExpMatchArray => 'a1'.match(/(?<letter>[a-z])(\d)/) as RegExpMatchArray
const named = (): unknown => Object.assign([1, 2], { unit: 'm' })
const filler = Array.from({ length: 5 }, (_, i) => `row ${i}`)

const refused: readonly (readonly [string, unknown, RegExp])[] = [
  ['a row', match(), /rows is an array with the named property "(index|groups)"/],
  ['among the rows of a batch', [...filler, match()], /rows\[5\] is an array/],
  ['the value of a pair', [...filler.map((row) => [row, 1]), ['k', match()]], /rows\[5\]\[1\] is/],
  [
    'among the values of a frame',
    [
      ['k', 'l'],
      [['x'], match()],
    ],
    /rows\[1\]\[1\] is an array/,
  ],
  ['in a split of parallelize', { index: 0, rows: [1, match()] }, /^[^[]* rows\[1\] is an array/],
  [
    'in an object, the first of the rows',
    [{ found: { match: match() } }],
    /rows\[0\]\.found\.match/,
  ],
  ['with a name of the user, the first of the rows', [['k', named()]], /rows\[0\]\[1\].*"unit"/],
]

for (const [where, value, message] of refused) {
  test(`an array that would lose a named property is refused, with the way out: ${where}`, (t) => {
    const code = 'TROUPE_SPARK_ROW_UNENCODABLE'
    const error = t.throws(() => rowCodec.encode(value), { code })
    t.regex(error.message, message)
    t.regex(error.message, /\[\.\.\.match\], match\.slice\(\).*match\.groups/)
  })
}

test('the items of a match travel, and so does what is taken of it', (t) => {
  const { groups, index } = match()
  const rows = [
    [...match()],
    match().slice(1),
    { at: index, ...groups },
    { index: 1 },
    'aa'.match(/a/g),
  ]
  t.deepEqual(rowCodec.decode(rowCodec.encode(rows)), [
    ['a1', 'a', '1'],
    ['a', '1'],
    { at: 0, letter: 'a' },
    { index: 1 },
    ['a', 'a'],
  ])
})

test('sparse, empty, long and deep arrays are no arrays with names', (t) => {
  const sparse: unknown[] = []
  sparse[3] = 1
  let deep: unknown = [1]
  for (let i = 0; i < 100; i += 1) deep = [deep]
  const rows = [[], Array.from({ length: 1000 }, (_, i) => [i, [i]]), deep, [sparse]]
  t.notThrows(() => rowCodec.encode(rows))
})

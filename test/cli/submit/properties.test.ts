import test from 'ava'
import fc from 'fast-check'

import { readProperties } from '../../../src/cli/submit/properties.ts'

for (const [text, properties] of [
  ['spark.master            local[2]', [['spark.master', 'local[2]']]],
  [
    'spark.master=local[2]\nspark.cores.max : 4',
    [
      ['spark.master', 'local[2]'],
      ['spark.cores.max', '4'],
    ],
  ],
  ['# a comment\n  ! and another\n\nspark.app.name My app  \r\n', [['spark.app.name', 'My app']]],
  ['spark.app.name = one \\\n    two', [['spark.app.name', 'one two']]],
  ['a\\:b\\ c=d\\te\\u0041', [['a:b c', 'd\te' + 'A']]],
  ['path=C:\\\\', [['path', 'C:\\']]],
  ['key', [['key', '']]],
  ['spark.executorEnv.X=a=b', [['spark.executorEnv.X', 'a=b']]],
  ['', []],
] as const) {
  test(`${JSON.stringify(text)} has the properties that Java reads there`, (t) => {
    t.deepEqual(readProperties(text), properties as unknown as [string, string][])
  })
}

test('no text is too strange', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '=', ':', ' ', '\\', '\n', '#', 'u') }),
      (text) => {
        t.true(
          readProperties(text).every(
            ([key, value]) => key + value === (key + value).replaceAll('\n\n', ''),
          ),
        )
      },
    ),
  )
})

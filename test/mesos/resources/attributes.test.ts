import test from 'ava'
import type { Attribute } from '../../../src/mesos/protocol/index.ts'
import { parseAttributes } from '../../../src/mesos/resources/index.ts'

const text = (name: string, value: string): Attribute => ({ name, type: 'TEXT', text: { value } })
const scalar = (name: string, value: number): Attribute => ({
  name,
  type: 'SCALAR',
  scalar: { value },
})

const readable: readonly (readonly [string, readonly Attribute[]])[] = [
  ['', []],
  [' ;\n', []],
  ['rack:a;zone:1', [text('rack', 'a'), scalar('zone', 1)]],
  ['rack : a b ;', [text('rack', 'ab')]],
  ['url:http://host:80', [text('url', 'http://host:80')]],
  [
    'slots:[1-3, 7-9]',
    [
      {
        name: 'slots',
        type: 'RANGES',
        ranges: {
          range: [
            { begin: 1, end: 3 },
            { begin: 7, end: 9 },
          ],
        },
      },
    ],
  ],
  ['zone:1\nzone:b', [scalar('zone', 1), text('zone', 'b')]],
  ['[{"name":"rack","type":"TEXT","text":{"value":"a b"}}]', [text('rack', 'a b')]],
]

for (const [flag, expected] of readable) {
  test(`the attributes ${JSON.stringify(flag)} are read`, (t) => {
    t.deepEqual(parseAttributes(flag), expected)
  })
}

const unreadable: readonly (readonly [string, RegExp])[] = [
  ['rack', /expected name:value/],
  [':a', /expected name:value/],
  ['rack:', /expected name:value/],
  ['slots:[1-', /']' is missing/],
  ['slots:[3-1]', /runs backwards/],
  ['zones:{a,b}', /an attribute is no set/],
  ['[{"name":"rack"}]', /not the form of an attribute/],
  ['[{"name":"","type":"TEXT","text":{"value":"a"}}]', /not the form of an attribute/],
  ['[nonsense', /begins as JSON does/],
]

for (const [flag, message] of unreadable) {
  test(`the attributes ${flag} are refused with their reason`, (t) => {
    t.throws(() => parseAttributes(`a:b;${flag}`.replace('a:b;[', '[')), {
      code: 'TROUPE_MESOS_ATTRIBUTES_UNPARSABLE',
      message,
    })
  })
}

import test from 'ava'

import { fencedBlocks, tableRows } from './markdown.ts'

test('fenced blocks are found with their language, their words and their text', (t) => {
  const page = [
    'Text with `code`.',
    '```ts file=examples/hello.ts',
    "import { a } from 'troupe'",
    '',
    'a()',
    '```',
    '````md',
    '```ts',
    'inner()',
    '```',
    '````',
    '```',
    'plain',
    '```',
  ].join('\n')
  const blocks = fencedBlocks(page)
  t.deepEqual(
    blocks.map(({ language, text, line }) => ({ language, text, line })),
    [
      { language: 'ts', text: "import { a } from 'troupe'\n\na()\n", line: 2 },
      { language: 'md', text: '```ts\ninner()\n```\n', line: 7 },
      { language: '', text: 'plain\n', line: 12 },
    ],
  )
  t.is(blocks[0]?.attributes.get('file'), 'examples/hello.ts')
  t.is(blocks[1]?.attributes.size, 0)
})

test('a block that is never closed is not a block', (t) => {
  t.deepEqual(fencedBlocks('```ts\na()\n'), [])
})

test('a table is found by its head and read to its end', (t) => {
  const page = [
    '| a | b |',
    '| - | - |',
    '| `x` | one \\| two |',
    '| `y` | three |',
    '',
    '| z | z |',
  ]
  t.deepEqual(tableRows(page.join('\n'), ['a', 'b']), [
    ['`x`', 'one \\| two'],
    ['`y`', 'three'],
  ])
  t.is(tableRows(page.join('\n'), ['a', 'c']), undefined)
})

import test from 'ava'

import { troupeFed } from '../cli/command-line.ts'
import { fencedBlocks } from './markdown.ts'
import { read, root } from './repository.ts'

test('the session of docs/spark-shell.md is what the shell says', async (t) => {
  const session = fencedBlocks(read('docs/spark-shell.md')).find(({ attributes }) =>
    attributes.has('session'),
  )
  const lines = (session?.text ?? '').split('\n')
  const isTyped = (line: string): boolean => /^(spark> | {3}\.\.\. )/.test(line)
  const typed = lines.filter(isTyped).map((line) => line.slice(7))
  const said = lines.filter((line) => !isTyped(line))
  t.true(typed.length > 10)
  const { code, stdout, stderr } = await troupeFed(
    root,
    typed.join('\n'),
    ...['spark-shell', '--master', 'local[2]'],
  )
  t.is(stdout, said.join('\n'), stderr)
  t.is(code, 0)
})

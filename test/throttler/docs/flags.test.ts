import test from 'ava'
import { throttlerCommand } from '../../../src/cli/commands/throttler.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import { tableRows } from '../../docs/markdown.ts'
import { read } from '../../docs/repository.ts'

test('docs/throttler.md has each flag of the command, and no other', (t) => {
  const command = throttlerCommand(
    memoryEnvironment({ seed: 1 }).environment('here'),
    () => undefined,
  )
  const rows = tableRows(read('docs/throttler.md'), ['flag', 'default', 'meaning']) ?? []
  const told = rows.flatMap(([names = '']) =>
    [...names.matchAll(/--[a-z-]+/g)].map(([name]) => name),
  )
  t.deepEqual([...told].sort(), command.options.map(({ long }) => long ?? '').sort())
})

import test from 'ava'

import { nodeEnvironment } from '../../src/platform/index.ts'

test('who breaks off a pipe waits until its input is read no more', async (t) => {
  let isOver = false
  async function* endless(): AsyncIterable<string> {
    try {
      for (;;) {
        yield 'a line\n'
        await Promise.resolve()
      }
    } finally {
      isOver = true
    }
  }
  const output = nodeEnvironment().processes.pipe({ command: 'cat', args: [], input: endless() })
  const first = await output.next()
  t.false(first.done)
  t.false(isOver)
  await output.return({ code: undefined, signal: undefined })
  t.true(isOver)
})

import test from 'ava'

import { commandsFor } from '../../src/cli/commands/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'

async function namesFor(name: string | undefined): Promise<readonly string[]> {
  const commands = await commandsFor(name)
  return commands.map((command) => command(nodeEnvironment(), () => undefined).name())
}

test('a command that is named is loaded with no others but those of its module; help tells of all', async (t) => {
  const all = await namesFor(undefined)
  t.true(all.includes('spark-submit') && all.includes('offers'))
  t.deepEqual(await namesFor('no-such-command'), all)
  for (const name of all) {
    const loaded = await namesFor(name)
    t.true(loaded.includes(name), name)
    t.true(loaded.length < all.length, name)
  }
})

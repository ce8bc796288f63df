import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { makeText } from '../../src/cli/demo/text.ts'

test('two demonstrations that make the same text at the same time both have it whole', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const { disk } = world.environment('host')
  await disk.writeFile('/bible', new TextEncoder().encode('in the beginning\n'))
  const make = (id: string): ReturnType<typeof makeText> =>
    makeText(disk, '/bible', '/cache', 1_700, id)
  const [one, other] = await world.until(Promise.all([make('a'), make('b')]))
  t.deepEqual(one, other)
  t.is(one.copies, 100)
  t.is((await world.until(disk.readFile(one.path))).byteLength, one.sizeBytes)
  t.is((await world.until(disk.list('/cache'))).length, 1)
})

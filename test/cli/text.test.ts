import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { countPlainly, type WordCounts } from '../../src/cli/demo/expected.ts'
import { makeText } from '../../src/cli/demo/text.ts'
import type { Environment } from '../../src/platform/index.ts'

test('two demonstrations that make the same text at the same time both have it whole', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const [a, b] = ['a', 'b'].map((name) => world.environment(name, { machine: 'host' }))
  if (a === undefined || b === undefined) return t.fail()
  const { disk } = a
  await disk.writeFile('/bible', new TextEncoder().encode('in the beginning\n'))
  const [one, other] = await world.until(
    Promise.all([a, b].map((host) => makeText(host, '/bible', '/cache', 1_700))),
  )
  t.deepEqual(one, other)
  t.is(one?.copies, 100)
  t.is((await world.until(disk.readFile(one?.path ?? ''))).byteLength, one?.sizeBytes ?? 0)
  const texts = (await world.until(disk.list('/cache'))).filter(({ path }) => path.endsWith('.txt'))
  t.is(texts.length, 1)
})

test('of the texts that were made only the newest is kept, and what others use', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  const make = (name: string, bytes: number): ReturnType<typeof makeText> =>
    world.until(makeText(on(name), '/bible', '/cache', bytes))
  const { disk } = on('a')
  await disk.writeFile('/bible', new TextEncoder().encode('in the beginning\n'))
  const list = async (): Promise<readonly string[]> =>
    (await world.until(disk.list('/cache'))).map(({ path }) => path)
  await make('killed', 1_700)
  await world.until(disk.writeFile('/cache/text-3-copies.txt.x.part', new Uint8Array(1)))
  await world.until(disk.writeFile('/cache/eslint', new Uint8Array(1)))
  await make('lives', 3_400)
  t.true((await list()).includes('/cache/text-100-copies.txt'))
  world.kill('killed')
  await make('last', 5_100)
  t.deepEqual(
    (await list()).filter((path) => !path.includes('.user-')),
    [
      '/cache/eslint',
      '/cache/text-200-copies.txt',
      '/cache/text-3-copies.txt.x.part',
      '/cache/text-300-copies.txt',
    ],
  )
})

test('a text is counted plainly piece by piece, and no word is cut', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const { disk } = world.environment('a')
  // Longer than what is read at a time, in lines whose letters have two bytes.
  const line = 'äöü one '.repeat(50_000)
  await disk.writeFile('/text', new TextEncoder().encode(`${line}\n${line}`.repeat(10)))
  const counts: WordCounts = new Map()
  await world.until(countPlainly(disk, '/text', counts))
  t.deepEqual(
    [...counts],
    [
      ['äöü', 1_000_000],
      ['one', 1_000_000],
    ],
  )
})

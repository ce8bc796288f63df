import test, { type ExecutionContext } from 'ava'

import { testSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { SparkContext, type SparkContextOptions } from '../../../src/spark/context/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'

const text = 'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(50)

function start(t: ExecutionContext, executors = 2, options: Partial<SparkContextOptions> = {}) {
  const kit = testSystem({ name: 'driver' })
  const events: SparkEvent[] = []
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    executors,
  )
  const sc = new SparkContext({
    master: `local[${executors}]`,
    appName: 'test',
    system: kit.system,
    backend,
    listener: (event) => events.push(event),
    ...options,
  })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc, events }
}

test('the word count runs in one thread, in memory, under a virtual clock', async (t) => {
  const { kit, sc } = start(t)
  await sc.disk.makeDirectory('/in')
  await sc.disk.writeFile('/in/text', new TextEncoder().encode(text))
  const counts = sc
    .textFile('/in/text', 4)
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)
    .sortBy(([, count]) => count, false)
  t.deepEqual(await kit.until(counts.take(2)), [
    ['the', 150],
    ['fox', 100],
  ])
})

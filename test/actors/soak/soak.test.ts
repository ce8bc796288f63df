import test from 'ava'
import { MemorySoak } from './memory-soak.ts'

test('hours of failures, lost nodes and unanswered asks leave nothing behind', async (t) => {
  const soak = await MemorySoak.begin(1)
  await soak.run(16)
  const before = await soak.rest()
  await soak.run(400)
  const after = await soak.rest()
  t.deepEqual(after, before)
  t.true(soak.world.clock.now() > 2 * 3_600_000)
})

import test from 'ava'

import { TaskMemoryManager, type MemoryConsumer } from '../../../src/spark/memory/index.ts'

const MIB = 1 << 20

interface Spilling extends MemoryConsumer {
  spills: number
}

/** A pool of `bytes`, and consumers of one task that spill all they hold. */
function fixture(bytes: number): {
  readonly memory: TaskMemoryManager
  readonly pool: { free: number }
  readonly consumer: (name: string) => Spilling
} {
  const pool = { free: bytes }
  const memory = new TaskMemoryManager(7, {
    acquire: (_, wanted) => {
      const granted = Math.min(wanted, pool.free)
      pool.free -= granted
      return Promise.resolve(granted)
    },
    release: (_, released) => (pool.free += released),
    releaseAll: () => (pool.free = bytes),
  })
  const consumer = (name: string): Spilling => {
    const made: Spilling = {
      name,
      spills: 0,
      spill: () => {
        const held = memory.heldBy(made)
        memory.release(held, made)
        made.spills += 1
        return Promise.resolve(held)
      },
    }
    return made
  }
  return { memory, pool, consumer }
}

test('small grants come out of one step, without asking again', async (t) => {
  const { memory, pool, consumer } = fixture(10 * MIB)
  const sorter = consumer('sorter')
  t.is(await memory.acquire(1000, sorter), 1000)
  t.is(pool.free, 9 * MIB)
  t.is(memory.acquire(2000, sorter), 2000)
  t.is(pool.free, 9 * MIB)
  t.is(memory.heldBy(sorter), 3000)
})

test('the largest other consumer spills first, and only as long as something is missing', async (t) => {
  const { memory, consumer } = fixture(10 * MIB)
  const [small, large, asking] = [consumer('small'), consumer('large'), consumer('asking')]
  await memory.acquire(2 * MIB, small)
  await memory.acquire(7 * MIB, large)
  t.is(await memory.acquire(4 * MIB, asking), 4 * MIB)
  t.deepEqual([small.spills, large.spills, asking.spills], [0, 1, 0])
  t.is(await memory.acquire(5 * MIB, asking), 5 * MIB)
  t.is(small.spills, 1)
  t.is(memory.peakBytes, 9 * MIB)
})

test('who asks for more than there is gets what there is', async (t) => {
  const { memory, consumer } = fixture(3 * MIB)
  t.is(await memory.acquire(5 * MIB, consumer('asking')), 3 * MIB)
  const stubborn = { name: 'stubborn', spill: () => Promise.resolve(0) }
  t.is(await memory.acquire(MIB, stubborn), MIB)
  t.is(await memory.acquire(2 * MIB, consumer('late')), 2 * MIB)
  t.is(await memory.acquire(3 * MIB, consumer('last')), 2 * MIB)
})

test('what is released beyond a step goes back to the pool, and all of it at the end', async (t) => {
  const { memory, pool, consumer } = fixture(10 * MIB)
  const sorter = consumer('sorter')
  await memory.acquire(8 * MIB, sorter)
  memory.release(6 * MIB, sorter)
  t.is(pool.free, 7 * MIB)
  t.is(memory.end(), 2 * MIB)
  t.is(pool.free, 10 * MIB)
})

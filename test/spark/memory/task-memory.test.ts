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

test('memory that was asked for at the same time, or given back meanwhile, is counted once', async (t) => {
  const { memory, pool, consumer } = fixture(20 * MIB)
  const [sorter, combiner] = [consumer('sorter'), consumer('combiner')]
  const [first, second] = [memory.acquire(4 * MIB, sorter), memory.acquire(5 * MIB, combiner)]
  t.deepEqual([await first, await second], [4 * MIB, 5 * MIB])
  t.is(pool.free, 11 * MIB)
  const third = memory.acquire(6 * MIB, sorter)
  memory.release(5 * MIB, combiner)
  t.is(await third, 6 * MIB)
  memory.release(10 * MIB, sorter)
  t.is(pool.free, 19 * MIB)
  t.deepEqual([sorter.spills, combiner.spills], [0, 0])
})

test('a task that is over gets nothing, and what is on its way to it goes back', async (t) => {
  const asked: number[] = []
  const grants: ((bytes: number) => void)[] = []
  const ended: number[] = []
  const memory = new TaskMemoryManager(7, {
    acquire: (_, bytes) => {
      asked.push(bytes)
      return new Promise((resolve) => grants.push(resolve))
    },
    release: () => t.fail('all of it goes back at once'),
    releaseAll: (task) => ended.push(task),
  })
  const sorter = { name: 'sorter', spill: () => Promise.resolve(0) }
  const onItsWay = memory.acquire(2 * MIB, sorter)
  t.is(memory.end(), 0)
  t.deepEqual(ended, [7], 'the memory manager is told even when nothing was granted yet')
  grants[0]?.(2 * MIB)
  t.is(await onItsWay, 0)
  t.is(memory.acquire(MIB, sorter), 0)
  t.is(memory.end(), 0)
  t.deepEqual([asked, ended], [[2 * MIB], [7]])
})

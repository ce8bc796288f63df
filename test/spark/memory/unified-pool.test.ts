import test from 'ava'
import fc from 'fast-check'

import {
  dropBytes,
  emptyPool,
  freeBytes,
  poolTransition,
  storeBytes,
  type PoolEffect,
  type UnifiedPool,
} from '../../../src/spark/memory/unified-pool.ts'

function acquire(pool: UnifiedPool, task: number, bytes: number, requestId = task): PoolEffect[] {
  return [...poolTransition(pool, { type: 'acquire', requestId, task, bytes })[1]]
}

function granted(requestId: number, bytes: number): PoolEffect {
  return { type: 'grant', requestId, bytes }
}

test('one task may have all that storage does not hold', (t) => {
  const pool = emptyPool(1000, 500)
  t.deepEqual(acquire(pool, 1, 800), [granted(1, 800)])
  t.deepEqual(acquire(pool, 1, 800), [granted(1, 200)])
  t.deepEqual(acquire(pool, 1, 1), [granted(1, 0)])
})

test('of two tasks each gets at most a half, and waits for its quarter', (t) => {
  const pool = emptyPool(1000, 500)
  t.deepEqual(acquire(pool, 1, 900), [granted(1, 900)])
  t.deepEqual(acquire(pool, 2, 400), [])
  const [, effects] = poolTransition(pool, { type: 'release', task: 1, bytes: 100 })
  t.deepEqual(effects, [])
  const [, later] = poolTransition(pool, { type: 'release', task: 1, bytes: 100 })
  t.deepEqual(later, [granted(2, 300)])
  t.deepEqual(acquire(pool, 2, 400), [granted(2, 0)])
  poolTransition(pool, { type: 'task-ended', task: 1 })
  t.deepEqual(acquire(pool, 2, 700), [granted(2, 700)])
})

test('execution takes back what storage has borrowed, down to the storage region', (t) => {
  const pool = emptyPool(1000, 500)
  t.true(storeBytes(pool, 800).isStored)
  t.deepEqual(acquire(pool, 1, 600), [{ type: 'evict', bytes: 300 }])
  dropBytes(pool, 300)
  const [, effects] = poolTransition(pool, { type: 'evicted', askedBytes: 300, freedBytes: 300 })
  t.deepEqual(effects, [granted(1, 500)])
  t.is(pool.storageBytes, 500)
})

test('storage borrows what is free and never takes from execution', (t) => {
  const pool = emptyPool(1000, 500)
  acquire(pool, 1, 700)
  t.deepEqual(storeBytes(pool, 400), { isStored: false, missingBytes: 100 })
  t.deepEqual(storeBytes(pool, 300), { isStored: true, missingBytes: 0 })
})

test('an eviction that frees too little is not asked for again until something is stored', (t) => {
  const pool = emptyPool(1000, 0)
  storeBytes(pool, 900)
  t.deepEqual(acquire(pool, 1, 500), [{ type: 'evict', bytes: 400 }])
  const [, effects] = poolTransition(pool, { type: 'evicted', askedBytes: 400, freedBytes: 0 })
  t.deepEqual(effects, [granted(1, 100)])
  t.deepEqual(acquire(pool, 1, 500), [granted(1, 0)])
})

test('a task that ends while it waits is answered', (t) => {
  const pool = emptyPool(100, 50)
  acquire(pool, 1, 100)
  t.deepEqual(acquire(pool, 2, 10), [])
  const [, effects] = poolTransition(pool, { type: 'task-ended', task: 2 })
  t.deepEqual(effects, [granted(2, 0)])
})

test('whatever happens: never over the pool, never evicted below the storage region, every request is answered', (t) => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constant('acquire'), fc.nat(4), fc.nat(700)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('release'), fc.nat(4), fc.nat(500)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('end'), fc.nat(4), fc.constant(0)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('store'), fc.constant(0), fc.nat(400)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('drop'), fc.constant(0), fc.nat(400)) },
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.nat(1000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, region, evictable) => {
        const pool = emptyPool(1000, region)
        const open = new Map<number, number>()
        let requests = 0
        const settle = (effects: readonly PoolEffect[]): void => {
          const queue = [...effects]
          for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
            if (effect.type === 'grant') {
              t.true(open.delete(effect.requestId))
              continue
            }
            t.true(pool.storageBytes - effect.bytes >= region, 'the region is immune')
            const freed = Math.floor(effect.bytes * evictable)
            dropBytes(pool, freed)
            const done = { type: 'evicted', askedBytes: effect.bytes, freedBytes: freed } as const
            queue.push(...poolTransition(pool, done)[1])
          }
          t.true(freeBytes(pool) >= 0)
          const held = [...pool.tasks.values()].reduce((sum, bytes) => sum + bytes, 0)
          t.is(held, pool.executionBytes)
          // Who waits can't have its least share; so somebody who does not wait holds memory.
          const waiting = new Set(pool.waiting.map(({ task }) => task))
          if (waiting.size > 0) {
            t.true([...pool.tasks].some(([task, bytes]) => !waiting.has(task) && bytes > 0))
          }
        }
        for (const [what, task, bytes] of steps) {
          if (what === 'acquire') {
            if ([...open.values()].includes(task)) continue // a task asks once at a time
            open.set(requests, task)
            settle(poolTransition(pool, { type: 'acquire', requestId: requests++, task, bytes })[1])
          } else if (what === 'release') {
            settle(poolTransition(pool, { type: 'release', task, bytes })[1])
          } else if (what === 'end') {
            settle(poolTransition(pool, { type: 'task-ended', task })[1])
          } else if (what === 'store') {
            storeBytes(pool, bytes)
          } else {
            dropBytes(pool, bytes)
            settle(poolTransition(pool, { type: 'storage-changed' })[1])
          }
        }
        // No task starves: as those that hold memory end, one after the other, every request is answered.
        while (open.size > 0) {
          const waiting = new Set(pool.waiting.map(({ task }) => task))
          const [ending] = [...pool.tasks.keys()].filter((task) => !waiting.has(task))
          if (ending === undefined) break
          settle(poolTransition(pool, { type: 'task-ended', task: ending })[1])
        }
        t.is(open.size, 0)
      },
    ),
    { numRuns: 400 },
  )
})

import test from 'ava'
import fc from 'fast-check'
import {
  claim,
  completed,
  dropped,
  emptyCache,
  released,
  reserve,
  usedBytes,
  type CacheState,
} from '../../../src/mesos/fetcher/cache.ts'

/** The cache after `run` has fetched the file of `key`. */
function fetched(cache: CacheState, key: string, sizeBytes: number, run: string): CacheState {
  const [claimed] = claim(cache, key, key, run)
  const [reserved] = reserve(claimed, key, sizeBytes)
  return completed(reserved, key, sizeBytes)
}

test('the first to ask fetches, others wait, and use it when it is there', (t) => {
  const [first, mine] = claim(emptyCache(100), 'k', 'name', 'a')
  t.deepEqual(mine, { type: 'fetch', file: 'c0-name' })
  t.deepEqual(claim(first, 'k', 'name', 'b')[1], { type: 'wait' })
  const ready = completed(reserve(first, 'k', 10)[0], 'k', 10)
  t.deepEqual(claim(ready, 'k', 'name', 'b')[1], { type: 'use', file: 'c0-name' })
})

test('room is made by what was used longest ago, and never by what is in use', (t) => {
  let cache = emptyCache(100)
  for (const key of ['a', 'b', 'c']) cache = fetched(cache, key, 30, `run ${key}`)
  cache = released(cache, 'run a')[0]
  cache = released(cache, 'run c')[0]
  // Used again: it is the newest.
  cache = released(claim(cache, 'a', 'a', 'again')[0], 'again')[0]
  const [asked] = claim(cache, 'd', 'd', 'run d')
  const [made, outcome] = reserve(asked, 'd', 40)
  t.deepEqual(outcome, { isReserved: true, evicted: ['c2-c'] })
  t.deepEqual([...made.entries.keys()].sort(), ['a', 'b', 'd'])
  t.deepEqual(reserve(made, 'd', 80)[1], {
    isReserved: false,
    problem: 'Could not reserve 80 bytes in the cache of 100 bytes',
  })
})

test('a run that ends before its file is there leaves nothing of it', (t) => {
  const [begun] = claim(emptyCache(100), 'k', 'name', 'a')
  const [cache, broken] = released(begun, 'a')
  t.deepEqual(broken, ['k'])
  t.is(dropped(cache, 'k').entries.size, 0)
})

test('whatever runs do, files in use stay, and the bound holds', (t) => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const run = fc.constantFrom('1', '2', '3')
  const act = fc.oneof(
    fc.record({
      type: fc.constant('fetch' as const),
      key,
      run,
      size: fc.integer({ min: 0, max: 60 }),
    }),
    fc.record({ type: fc.constant('release' as const), run }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      let cache = emptyCache(100)
      const using = new Map<string, Set<string>>()
      for (const one of acts) {
        if (one.type === 'release') {
          cache = released(cache, one.run)[0]
          for (const runs of using.values()) runs.delete(one.run)
          continue
        }
        const [claimed, outcome] = claim(cache, one.key, one.key, one.run)
        cache = claimed
        if (outcome.type === 'fetch') {
          const [reserved, { isReserved }] = reserve(cache, one.key, one.size)
          cache = isReserved ? completed(reserved, one.key, one.size) : dropped(reserved, one.key)
          if (!isReserved) continue
          using.set(one.key, new Set())
        }
        using.get(one.key)?.add(one.run)
        for (const [used, runs] of using) {
          if (runs.size > 0 && !cache.entries.has(used)) return false
        }
        if (usedBytes(cache) > 100) return false
      }
      return true
    }),
  )
  t.pass()
})

import test from 'ava'
import fc from 'fast-check'
import { PersistentMap } from '../../src/mesos/persistent-map.ts'

// Few keys, two of which ('costarring' and 'liquid') have the same FNV-1a hash.
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'costarring', 'liquid', 'declinate', 'macallums'),
  fc.integer({ min: 0, max: 2000 }).map(String),
)
const change = fc.oneof(
  fc.tuple(fc.constant('set' as const), key, fc.nat()),
  fc.tuple(fc.constant('delete' as const), key, fc.nat()),
)

const sorted = (entries: Iterable<readonly [string, number]>) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

test('a persistent map holds what a Map holds', (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const model = new Map<string, number>()
      let map = PersistentMap.empty<number>()
      for (const [what, k, value] of changes) {
        if (what === 'set') model.set(k, value)
        else model.delete(k)
        map = what === 'set' ? map.with(k, value) : map.without(k)
        if (map.get(k) !== model.get(k) || map.size !== model.size) return false
      }
      return JSON.stringify(sorted(map)) === JSON.stringify(sorted(model))
    }),
  )
  t.pass()
})

test('older versions keep their contents', (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      let map = PersistentMap.empty<number>()
      const versions = changes.map(([what, k, value]) => {
        map = what === 'set' ? map.with(k, value) : map.without(k)
        return { map, seen: JSON.stringify([...map]) }
      })
      return versions.every((version) => JSON.stringify([...version.map]) === version.seen)
    }),
  )
  t.pass()
})

test('the order depends on the keys, not on the order they came in', (t) => {
  const keys = Array.from({ length: 500 }, (_, i) => `task-${i}`)
  const forward = PersistentMap.of(keys.map((k) => [k, 1] as const))
  const backward = PersistentMap.of(keys.toReversed().map((k) => [k, 1] as const))
  t.deepEqual([...forward.keys()], [...backward.keys()])
  t.is([...forward.values()].length, 500)
})

test('keys of one hash live beside each other', (t) => {
  const both = PersistentMap.of([
    ['costarring', 1],
    ['liquid', 2],
  ])
  t.is(both.get('costarring'), 1)
  t.is(both.get('liquid'), 2)
  t.is(both.without('costarring').get('liquid'), 2)
  t.is(both.without('costarring').size, 1)
})

test('setting the value that is there, or deleting what is not, gives the same map', (t) => {
  const map = PersistentMap.empty<number>().with('a', 1)
  t.is(map.with('a', 1), map)
  t.is(map.without('b'), map)
})

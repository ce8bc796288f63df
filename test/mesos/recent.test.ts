import test from 'ava'
import fc from 'fast-check'
import { Recent } from '../../src/mesos/recent.ts'

test('the newest are kept, the oldest of them first, and older versions stay as they were', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(40), (items, most) => {
      let recent = Recent.none<number>()
      for (const [at, item] of items.entries()) {
        const before = recent.newest(most)
        const next = recent.with(item, most)
        t.deepEqual(recent.newest(most), before)
        t.deepEqual(next.newest(most), items.slice(0, at + 1).slice(Math.max(0, at + 1 - most)))
        recent = next
      }
      t.true(recent.newest(Number.POSITIVE_INFINITY).length <= 1.25 * most + 4)
    }),
  )
})

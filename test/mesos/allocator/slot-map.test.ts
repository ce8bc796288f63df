import test from 'ava'
import fc from 'fast-check'
import {
  emptySlots,
  slotOf,
  withSlot,
  type SlotMap,
} from '../../../src/mesos/allocator/slot-map.ts'

test('slots are kept as in a map, and older versions stay as they were', (t) => {
  const slot = fc.oneof(fc.nat(40), fc.nat(2000), fc.nat(100_000))
  const change = fc.record({ slot, value: fc.option(fc.nat(9), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      let map: SlotMap<number> = emptySlots()
      const mirror = new Map<number, number>()
      const versions: [SlotMap<number>, ReadonlyMap<number, number>][] = []
      for (const { slot: at, value } of changes) {
        map = withSlot(map, at, value)
        if (value === undefined) mirror.delete(at)
        else mirror.set(at, value)
        versions.push([map, new Map(mirror)])
      }
      return versions.every(
        ([one, is]) =>
          one.size === is.size && changes.every(({ slot: at }) => slotOf(one, at) === is.get(at)),
      )
    }),
  )
  t.pass()
})

import test from 'ava'
import fc from 'fast-check'

import { groupPartitions } from '../../../src/spark/rdd/coalesce/group-partitions.ts'

const placed = (hosts: readonly (readonly string[])[]) =>
  hosts.map((each, index) => ({ index, hosts: each }))

test('without hosts neighbours stay together', (t) => {
  t.deepEqual(
    groupPartitions(placed([[], [], [], [], []]), 2).map(({ members }) => members),
    [
      [0, 1],
      [2, 3, 4],
    ],
  )
})

test('with hosts each group has partitions of its host', (t) => {
  const groups = groupPartitions(placed([['a'], ['b'], ['a'], ['b'], ['a'], ['b'], []]), 2)
  t.deepEqual(groups, [
    { host: 'a', members: [0, 2, 4, 6] },
    { host: 'b', members: [1, 3, 5] },
  ])
})

test('balance goes before locality, by a tenth of all partitions', (t) => {
  const groups = groupPartitions(
    placed(Array.from({ length: 20 }, (_, i) => (i === 0 ? ['b'] : ['a', 'b']))),
    2,
  )
  for (const { members } of groups) t.true(Math.abs(members.length - 10) <= 2)
})

test('every partition is in one group, no group is empty, none is there in excess', (t) => {
  const hosts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 })
  fc.assert(
    fc.property(fc.array(hosts, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (all, max) => {
      const groups = groupPartitions(placed(all), max)
      t.is(groups.length, Math.min(max, all.length))
      t.true(groups.every(({ members }) => members.length > 0))
      t.deepEqual(
        groups.flatMap(({ members }) => members).sort((a, b) => a - b),
        all.map((_, i) => i),
      )
      t.deepEqual(groupPartitions(placed(all), max), groups)
    }),
  )
})

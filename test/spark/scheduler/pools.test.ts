import test from 'ava'
import fc from 'fast-check'

import {
  isFairlyBefore,
  nextInLine,
  readAllocations,
  type Claim,
  type PoolSettings,
  type QueuedSet,
} from '../../../src/spark/scheduler/index.ts'

const xml = `<?xml version="1.0"?>
<!-- <pool name="no"/> -->
<allocations>
  <pool name="production">
    <schedulingMode>FAIR</schedulingMode>
    <weight>2</weight>
    <minShare> 3 </minShare>
  </pool>
  <pool name='test'><schedulingMode>fifo</schedulingMode></pool>
  <pool name="bare"/>
</allocations>`

test("an allocation file is read as Spark's, with its defaults", (t) => {
  t.deepEqual(
    [...readAllocations(xml, 'fairscheduler.xml').values()],
    [
      { name: 'production', schedulingMode: 'FAIR', weight: 2, minShare: 3 },
      { name: 'test', schedulingMode: 'FIFO', weight: 1, minShare: 0 },
      { name: 'bare', schedulingMode: 'FIFO', weight: 1, minShare: 0 },
    ],
  )
  for (const wrong of [
    'pools',
    '<allocations><pool name="a"><weight>0</weight></pool></allocations>',
    '<allocations><pool name="a"><schedulingMode>LIFO</schedulingMode></pool></allocations>',
  ]) {
    t.throws(() => readAllocations(wrong, 'x.xml'), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})

const set = (taskSetId: string, pool: string, running: number): QueuedSet => {
  const jobId = Number(taskSetId)
  return { taskSetId, jobId, stageId: jobId, pool, running }
}

const fair: PoolSettings = { mode: 'FAIR', pools: readAllocations(xml, 'x') }

test('a pool below its minimum comes first, then the one with the least for its weight', (t) => {
  const next = (production: number, other: number): string | undefined => {
    const sets = [set('1', 'test', other), set('2', 'production', production)]
    return nextInLine(fair, sets, sets)?.taskSetId
  }
  t.is(next(2, 0), '2')
  t.is(next(3, 0), '1')
  t.is(next(3, 2), '2')
  t.is(next(4, 2), '2')
  t.is(next(6, 2), '1')
})

test('inside a pool the order is its own', (t) => {
  const sets = [
    set('3', 'test', 0),
    set('1', 'test', 5),
    set('2', 'production', 4),
    set('4', 'production', 1),
  ]
  const only = (pool: string): QueuedSet[] => sets.filter((one) => one.pool === pool)
  t.is(nextInLine(fair, only('test'), sets)?.taskSetId, '1')
  t.is(nextInLine(fair, only('production'), sets)?.taskSetId, '4')
  t.is(nextInLine({ mode: 'FIFO', pools: new Map() }, sets, sets)?.taskSetId, '1')
  t.regex(
    nextInLine(fair, sets, sets)?.reason ?? '',
    /pool test runs 5 tasks at a weight of 1|pool production/,
  )
})

test('the order of claims is strict and total', (t) => {
  const claim: fc.Arbitrary<Claim> = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    weight: fc.integer({ min: 1, max: 4 }),
    minShare: fc.integer({ min: 0, max: 4 }),
    running: fc.integer({ min: 0, max: 8 }),
  })
  fc.assert(
    fc.property(claim, claim, claim, (a, b, c) => {
      t.false(isFairlyBefore(a, a))
      t.false(isFairlyBefore(a, b) && isFairlyBefore(b, a))
      if (isFairlyBefore(a, b) && isFairlyBefore(b, c)) t.true(isFairlyBefore(a, c))
    }),
  )
  t.pass()
})

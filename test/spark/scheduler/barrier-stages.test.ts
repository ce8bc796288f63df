import test from 'ava'

import type { Lineage } from '../../../src/spark/rdd/index.ts'
import type { DagEffect } from '../../../src/spark/scheduler/index.ts'
import { DagTable, node, nodeWith, shuffle } from './dag-table.ts'
import { Table } from './task-set-table.ts'

const barrier = { isFromBarrier: true } as const
const narrow = (rddId: number) => ({ type: 'narrow', rddId }) as const
/** A barrier stage of two partitions that writes a shuffle, and a result of two. */
const mapBarrier: Lineage = new Map([
  node(0, 2),
  nodeWith(barrier, 1, 2, narrow(0)),
  node(2, 2, shuffle(1, 0)),
])
/** A result of two partitions in a barrier stage. */
const resultBarrier: Lineage = new Map([node(0, 2), nodeWith(barrier, 1, 2, narrow(0))])

function withSlots(slots: number, barrierLimits = {}): DagTable {
  const limits = { checkIntervalMs: 15_000, maxCheckFailures: 2, isAllocationDynamic: false }
  const table = new DagTable({ barrier: { ...limits, ...barrierLimits } })
  table.step({ type: 'executor-added', executorId: 'a', host: 'a', slots })
  return table
}

const failed = { type: 'barrier-failed', cause: new RangeError('one'), why: 'thrown' } as const

test('a barrier task that fails ends the attempt, and all of its map tasks run again', (t) => {
  const table = withSlots(2)
  table.submit(0, mapBarrier, 2)
  t.deepEqual(table.map(0, 'a'), ['register 0 on a'])
  t.deepEqual(table.step({ ...failed, stageId: 0, stageAttempt: 0 }), [
    'schedule-resubmit',
    'abandon-attempt 0.0',
    'forget a [0]',
  ])
  t.deepEqual(table.map(1, 'a'), ['ignored'])
  t.deepEqual(table.step({ ...failed, stageId: 0, stageAttempt: 0 }), ['ignored'])
  t.deepEqual(table.step({ type: 'resubmit' }), ['submit 0.1 [0,1]'])
  t.deepEqual(table.map(1, 'a', 0), ['ignored'])
})

test('results of a barrier stage that has failed are given again', (t) => {
  const table = withSlots(2)
  table.submit(0, resultBarrier, 1)
  t.deepEqual(table.result(1, 0, 0), ['deliver 1'])
  table.step({ ...failed, stageId: 0, stageAttempt: 0 })
  t.deepEqual(table.step({ type: 'resubmit' }), ['submit 0.1 [0,1]'])
  t.deepEqual(table.result(1, 1, 0), ['deliver 1'])
  t.deepEqual(table.result(0, 1, 0).slice(0, 2), ['deliver 0', 'stage-completed 0.1'])
})

test('a barrier stage whose attempts fail too often in a row fails its job, with the last cause', (t) => {
  const table = withSlots(2)
  table.submit(0, resultBarrier, 1)
  for (const stageAttempt of [0, 1]) {
    table.step({ ...failed, stageId: 0, stageAttempt })
    table.step({ type: 'resubmit' })
  }
  const words = table.step({ ...failed, stageId: 0, stageAttempt: 2 })
  t.deepEqual(words, ['cancel-task-set 0.2', 'job-failed 0'])
  t.regex(
    table.effects.at(-1)?.reason ?? '',
    /failed the maximum allowable number of times: 3.*barrier task finished unsuccessfully/,
  )
  const end = table.effects.at(-1)
  t.is(end?.type === 'job-failed' ? (end.cause as Error).cause : undefined, failed.cause)
})

test('an output that a barrier stage has lost has all of it computed again', (t) => {
  const table = withSlots(2)
  table.submit(0, mapBarrier, 2)
  table.map(0, 'a')
  table.map(1, 'b')
  table.fetchFailed(0, 'a', 'missing')
  t.deepEqual(table.step({ type: 'resubmit' }), [
    '1 waits for 1 of 0',
    'forget b [1]',
    'submit 0.1 [0,1]',
  ])
})

test('a job whose barrier stage needs more slots than there are waits for them, and fails in the end', (t) => {
  const table = withSlots(1)
  t.deepEqual(table.submit(0, resultBarrier, 1), ['schedule-submission'])
  const again = (): string[] => {
    const effect = table.effects.at(-1)
    return effect?.type === 'schedule-submission' ? table.step(effect.submission) : ['none']
  }
  t.deepEqual(again(), ['schedule-submission'])
  const waiting = table.effects
  t.deepEqual(again(), ['job-failed 0'])
  t.regex(table.effects[0]?.reason ?? '', /^\[SPARK-24819\]: Barrier execution mode does not allow/)
  table.effects = waiting
  t.deepEqual(again(), [], 'it has failed already')

  const later = withSlots(1)
  later.submit(0, resultBarrier, 1)
  const [effect] = later.effects
  later.step({ type: 'executor-added', executorId: 'b', host: 'b', slots: 1 })
  if (effect?.type !== 'schedule-submission') return t.fail()
  t.deepEqual(later.step(effect.submission), ['submit 0.0 [0,1]'])
})

test('a barrier stage under way that has lost its slots for good fails its job in the end', (t) => {
  const table = withSlots(1)
  table.step({ type: 'executor-added', executorId: 'b', host: 'b', slots: 1 })
  t.deepEqual(table.submit(0, resultBarrier, 1), ['submit 0.0 [0,1]'])
  const lose = (executorId: string): DagEffect | undefined => {
    table.step({ type: 'executor-lost', executorId, reason: 'killed' })
    return table.effects.find(({ type }) => type === 'schedule-slot-count')
  }
  const again = (): string[] => {
    const effect = table.effects.find((one) => one.type === 'schedule-slot-count')
    return effect?.type === 'schedule-slot-count' ? table.step(effect.count) : ['none']
  }
  t.like(lose('b'), {
    delayMs: 15_000,
    reason: 'barrier stage 0 needs 2 slots at once, and 1 are left: check 1 of at most 2',
  })
  t.deepEqual(again(), ['schedule-slot-count'])
  const waiting = table.effects
  // More losses do not count beside it.
  t.is(lose('a'), undefined)
  table.effects = waiting
  t.deepEqual(again(), ['cancel-task-set 0.0', 'job-failed 0'])
  t.regex(table.effects.at(-1)?.reason ?? '', /^\[SPARK-24819\]: Barrier execution mode/)
  table.effects = waiting
  t.deepEqual(again(), [], 'it has failed already')
})

test('a barrier stage under way whose slots come back goes on, and is counted anew after the next loss', (t) => {
  const table = withSlots(1)
  table.step({ type: 'executor-added', executorId: 'b', host: 'b', slots: 1 })
  table.submit(0, resultBarrier, 1)
  for (const [lost, next] of [
    ['b', 'c'],
    ['c', 'd'],
    ['d', 'e'],
  ] as const) {
    table.step({ type: 'executor-lost', executorId: lost, reason: 'killed' })
    const effect = table.effects.find((one) => one.type === 'schedule-slot-count')
    table.step({ type: 'executor-added', executorId: next, host: next, slots: 1 })
    if (effect?.type !== 'schedule-slot-count') return t.fail()
    t.is(effect.count.check, 2)
    t.deepEqual(table.step(effect.count), [])
  }
})

test('a job that waits for slots can be cancelled', (t) => {
  for (const event of [
    { type: 'jobs-cancelled', which: { by: 'all' }, why: 'asked' },
    { type: 'job-cancelled', jobId: 0, cause: undefined, reason: 'asked' },
  ] as const) {
    const table = withSlots(1)
    table.submit(0, resultBarrier, 1)
    const [waiting] = table.effects
    t.deepEqual(table.step(event), ['job-failed 0'])
    if (waiting?.type !== 'schedule-submission') return t.fail()
    t.deepEqual(table.step(waiting.submission), [])
  }
})

test('chains of RDDs that Spark does not allow in a barrier stage are refused, and so is dynamic allocation', (t) => {
  const coalesced: Lineage = new Map([
    node(0, 4),
    nodeWith(barrier, 1, 4, narrow(0)),
    node(2, 2, narrow(1)),
  ])
  const zipped: Lineage = new Map([
    nodeWith(barrier, 0, 2),
    nodeWith(barrier, 1, 2),
    node(2, 2, narrow(0), narrow(1)),
  ])
  for (const lineage of [coalesced, zipped]) {
    const table = withSlots(9)
    t.deepEqual(table.submit(0, lineage, 2), ['job-failed 0'])
    t.regex(table.effects[0]?.reason ?? '', /^\[SPARK-24820\]\[SPARK-24821\]/)
  }
  // take and first want some partitions only.
  const some = withSlots(9)
  const lineage = resultBarrier
  const words = some.step({
    type: 'job-submitted',
    jobId: 0,
    lineage,
    finalRddId: 1,
    partitions: [0],
  })
  t.deepEqual(words, ['job-failed 0'])
  const dynamic = withSlots(9, { isAllocationDynamic: true })
  t.deepEqual(dynamic.submit(0, resultBarrier, 1), ['job-failed 0'])
  t.regex(dynamic.effects[0]?.reason ?? '', /^\[SPARK-24942\]/)
})

test('the tasks of a barrier set begin all at once, or none of them', (t) => {
  const places = [['b'], [], ['gone']]
  const table = new Table(3, places, undefined, true)
  t.deepEqual(table.offer('ab'), [])
  t.deepEqual(table.offer('abc'), ['launch 0.0 on b', 'launch 1.0 on a', 'launch 2.0 on c'])
  t.deepEqual(table.offer('abc'), [])
})

test('a task of a barrier set that fails, is killed or denied ends the attempt; nothing is launched any more', (t) => {
  const table = new Table(2, undefined, undefined, true)
  table.offer('ab')
  t.deepEqual(table.fail(1, 0, 'b'), ['fail-attempt 1'])
  t.true(table.state.isZombie)
  t.deepEqual(table.offer('ab'), [])
  const killed = new Table(2, undefined, undefined, true)
  killed.offer('ab')
  const key = { task: 0, attempt: 0, executorId: 'a' }
  t.deepEqual(killed.step({ type: 'kill-requested', ...key, why: 'asked' }), ['kill 0.0'])
  t.deepEqual(killed.fail(0, 0, 'a'), ['fail-attempt 0'])
})

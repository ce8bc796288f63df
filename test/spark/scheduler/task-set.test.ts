import test from 'ava'

import { wantedSlots } from '../../../src/spark/scheduler/index.ts'
import { Table } from './task-set-table.ts'

test('slots are filled one of each executor after the other', (t) => {
  const table = new Table(3)
  t.deepEqual(table.offer('ab', 2), ['launch 0.0 on a', 'launch 1.0 on b', 'launch 2.0 on a'])
  t.is(wantedSlots(table.state), 0)
  t.deepEqual(table.offer('ab', 2), [])
})

test('a set is finished when all its tasks are done', (t) => {
  const table = new Table(2)
  table.offer('ab')
  t.deepEqual(table.succeed(1, 0, 'b'), ['accepted 1'])
  t.deepEqual(table.succeed(0, 0, 'a'), ['accepted 0'])
})

test('a failed task is not tried again where it failed, unless there is nowhere else', (t) => {
  const table = new Table(1)
  table.offer('a', 1, 2)
  t.deepEqual(table.fail(0, 0, 'a'), ['retry 0 after 1'])
  t.deepEqual(table.offer('a', 1, 2), [])
  t.deepEqual(table.offer('ab', 1, 2), ['launch 0.1 on b'])
  table.fail(0, 1, 'b')
  t.deepEqual(table.offer('a', 1, 2), ['launch 0.2 on a'])
})

test('the fourth failure of one task gives up with the last cause; four of different tasks do not', (t) => {
  const table = new Table(2)
  for (const attempt of [0, 1, 2]) {
    table.offer('a', 2)
    table.fail(0, attempt, 'a')
    t.false(table.state.isZombie)
  }
  table.offer('a', 2)
  t.deepEqual(table.fail(1, 0, 'a'), ['retry 1 after 1'])
  t.deepEqual(table.fail(0, 3, 'a'), ['give-up 0'])
  const gaveUp = table.effects.find((effect) => effect.type === 'give-up')
  t.is((gaveUp?.cause as Error).message, '0.3')
  t.deepEqual(table.offer('ab'), [])
})

test('the loss of an executor counts, but is no reason to avoid its successor', (t) => {
  const table = new Table(1)
  table.offer('a', 1, 1)
  t.deepEqual(table.fail(0, 0, 'a', { isExecutorLost: true }), ['retry 0 after 1'])
  t.is(table.state.tasks[0]?.failedOn.size, 0)
  t.deepEqual(table.offer('b', 1, 2), ['launch 0.1 on b'])
})

test('an executor that was lost is no place to fail on any more: a task avoids those that are left', (t) => {
  const table = new Table(1)
  table.offer('a', 1, 2)
  table.fail(0, 0, 'a')
  table.offer('b', 1, 2)
  table.step({ type: 'executor-lost', executorId: 'a' })
  table.fail(0, 1, 'b')
  // b and a fresh c are there; a, where it failed too, is not.
  t.deepEqual(table.offer('b', 1, 2), [])
  t.deepEqual(table.offer('bc', 1, 2), ['launch 0.2 on c'])
})

test('a failure that is told after the loss of its executor leaves nothing to avoid', (t) => {
  const table = new Table(1)
  table.offer('a')
  table.step({ type: 'executor-lost', executorId: 'a' })
  table.fail(0, 0, 'a')
  t.is(table.state.tasks[0]?.failedOn.size, 0)
})

test('a failed fetch counts against nobody, is escalated, and nothing more is launched', (t) => {
  const table = new Table(3)
  table.offer('ab')
  const failure = {
    kind: 'missing',
    shuffleId: 0,
    mapPartition: 4,
    mapAttempt: 0,
    reducePartition: 0,
    executorId: 'b',
  } as const
  t.deepEqual(table.step({ type: 'fetch-failed', task: 0, attempt: 0, executorId: 'a', failure }), [
    'escalate 0',
  ])
  t.is(table.state.tasks[0]?.failures, 0)
  t.deepEqual(table.offer('ab'), [])
  t.deepEqual(table.succeed(1, 0, 'b'), ['accepted 1'])
})

test('stale results are refused and counted, by reason', (t) => {
  const table = new Table(1)
  table.offer('a')
  table.fail(0, 0, 'a')
  table.offer('ab')
  t.deepEqual(table.succeed(0, 0, 'a'), ['refused other-attempt'])
  t.deepEqual(table.succeed(0, 1, 'a'), ['refused other-attempt'])
  t.deepEqual(table.succeed(7, 0, 'a'), ['refused unknown-task'])
  t.deepEqual(table.succeed(0, 1, 'b'), ['accepted 0'])
  t.deepEqual(table.succeed(0, 1, 'b'), ['refused already-done'])
  t.deepEqual(table.fail(0, 0, 'a'), ['refused already-done'])
  t.deepEqual(table.state.refused, {
    'unknown-task': 1,
    'other-attempt': 2,
    'already-done': 2,
    cancelled: 0,
  })
})

test('a cancelled set launches nothing and takes no more results', (t) => {
  const table = new Table(3)
  table.offer('ab')
  table.step({ type: 'cancelled' })
  t.is(wantedSlots(table.state), 0)
  t.deepEqual(table.succeed(0, 0, 'a'), ['refused cancelled'])
  t.deepEqual(table.offer('ab'), [])
})

test('every effect says why', (t) => {
  const table = new Table(2)
  table.offer('ab')
  t.true(table.effects.every(({ reason }) => reason.length > 10))
  table.fail(0, 0, 'a')
  t.true(table.effects.every(({ reason }) => reason.includes('thrown')))
})

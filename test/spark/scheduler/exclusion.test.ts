import test from 'ava'

import { DEFAULT_EXCLUSION, DEFAULT_TASK_SET_SETTINGS } from '../../../src/spark/scheduler/index.ts'
import { Table } from './task-set-table.ts'

const settings = { ...DEFAULT_TASK_SET_SETTINGS, exclusion: DEFAULT_EXCLUSION }

test('a task is not run again where it has failed, nor on a host where two executors have failed it', (t) => {
  const table = new Table(1, undefined, settings)
  table.offer(['a1'])
  table.fail(0, 0, 'a1')
  t.deepEqual(table.offer(['a1'], 1, 2), [])
  t.deepEqual(table.offer(['a2']), ['launch 0.1 on a2'])
  table.fail(0, 1, 'a2')
  t.deepEqual(table.offer(['a3'], 1, 2), [])
  t.deepEqual(table.offer(['b1']), ['launch 0.2 on b1'])
})

test('an executor where two tasks have failed gets none of the stage, and a host with two such executors neither', (t) => {
  const table = new Table(6, undefined, settings)
  table.offer(['a1'], 2)
  t.deepEqual(table.fail(0, 0, 'a1'), ['retry 0 after 1'])
  t.deepEqual(table.fail(1, 0, 'a1'), ['exclude a1', 'retry 1 after 1'])
  t.deepEqual(table.offer(['a1'], 1, 2), [])
  table.offer(['a2'], 2)
  const [first, second] = table.effects.flatMap((one) => (one.type === 'launch' ? [one] : []))
  table.fail(first?.task ?? -1, first?.attempt ?? -1, 'a2')
  const words = table.fail(second?.task ?? -1, second?.attempt ?? -1, 'a2')
  t.deepEqual(words.slice(0, 2), ['exclude a2', 'exclude host a'])
  t.deepEqual(table.offer(['a3'], 1, 2), [])
  t.is(table.offer(['b1']).length, 1)
})

test('a task that must not run on any executor that is there gives up, and says why', (t) => {
  const table = new Table(1, undefined, settings)
  table.offer(['a1'])
  table.fail(0, 0, 'a1')
  t.deepEqual(table.offer(['a1']), ['give-up 0'])
  t.regex(
    table.effects[0]?.reason ?? '',
    /on any of 1 executors: the task has failed on executor a1/,
  )
})

const failedOnA1 = (given = settings): Table => {
  const table = new Table(1, undefined, given)
  table.offer(['a1'])
  table.fail(0, 0, 'a1')
  return table
}

test('an executor that runs nothing makes room for another, on which the task runs', (t) => {
  const table = failedOnA1()
  table.nowMs = 1_000
  t.deepEqual(table.offerNone(['a1', 'b1'], []), [])
  t.deepEqual(table.offerNone(['a1'], ['a1']), ['unschedulable 0 until 121000', 'replace a1'])
  // Once is enough.
  t.deepEqual(table.offerNone(['a1'], ['a1']), [])
  t.deepEqual(table.offer(['b1']), ['launch 0.1 on b1', 'schedulable'])
  t.deepEqual(table.step({ type: 'unschedulable-due' }), [])
})

test('a stage that has waited in vain for another executor gives up, and one that may run again does not', (t) => {
  const table = failedOnA1()
  table.offerNone(['a1'], ['a1'])
  t.deepEqual(table.offerNone(['b1'], []), ['schedulable'])
  t.deepEqual(table.step({ type: 'unschedulable-due' }), [])
  t.deepEqual(table.offerNone(['a1'], ['a1']), ['unschedulable 0 until 120000', 'replace a1'])
  t.deepEqual(table.step({ type: 'unschedulable-due' }), ['give-up 0'])
  t.regex(
    table.effects[0]?.reason ?? '',
    /has failed on executor a1 .*; and no other has come within 120000 ms/,
  )
  t.deepEqual(table.offer(['b1']), [])
})

test('where executors can be asked for, a stage waits even if all of them are busy', (t) => {
  const busy = failedOnA1()
  t.deepEqual(busy.offerNone(['a1'], []), ['give-up 0'])
  const growing = failedOnA1({ ...settings, exclusion: { ...DEFAULT_EXCLUSION, mayGrow: true } })
  t.deepEqual(growing.offerNone(['a1'], []), ['unschedulable 0 until 120000'])
  t.deepEqual(growing.offer(['b1']), ['launch 0.1 on b1', 'schedulable'])
})

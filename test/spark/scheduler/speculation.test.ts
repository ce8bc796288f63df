import test from 'ava'

import {
  DEFAULT_SPECULATION,
  DEFAULT_TASK_SET_SETTINGS,
  wantedSlots,
} from '../../../src/spark/scheduler/index.ts'
import { Table } from './task-set-table.ts'

const settings = { ...DEFAULT_TASK_SET_SETTINGS, speculation: DEFAULT_SPECULATION }

/** Four tasks on four hosts, three of which take 200 ms. */
function slow(): Table {
  const table = new Table(4, undefined, settings)
  table.offer('abcd')
  table.nowMs = 200
  for (const [task, executorId] of ['a', 'b', 'c'].entries()) table.succeed(task, 0, executorId)
  return table
}

const due = (table: Table): string[] => table.step({ type: 'speculation-due', nowMs: table.nowMs })

test('when three quarters are done, a task that takes half as long again as the median is run a second time', (t) => {
  const table = slow()
  table.nowMs = 300
  t.deepEqual(due(table), [])
  table.nowMs = 301
  t.deepEqual(due(table), ['speculate 3'])
  t.is(wantedSlots(table.state), 1)
  t.deepEqual(due(table), [])
})

test('the second try runs on another host, and the first that succeeds ends the other', (t) => {
  const table = slow()
  table.nowMs = 400
  due(table)
  t.deepEqual(table.offer('d'), [])
  t.deepEqual(table.offer('a'), ['launch 3.1 on a again'])
  t.deepEqual(table.succeed(3, 1, 'a'), ['accepted 3', 'drop 3.0'])
  t.deepEqual(table.succeed(3, 0, 'd'), ['refused already-done'])
  t.is(table.state.running, 0)
})

test('a try that fails while another runs is not begun again', (t) => {
  const table = slow()
  table.nowMs = 400
  due(table)
  table.offer('a')
  t.deepEqual(table.fail(3, 0, 'd'), [])
  t.deepEqual(table.offer('b'), [])
  t.deepEqual(table.fail(3, 1, 'a'), ['retry 3 after 2'])
  t.deepEqual(table.offer('b'), ['launch 3.2 on b'])
})

test('tasks that are short are left alone, and so are sets of one task', (t) => {
  const table = new Table(4, undefined, settings)
  table.offer('abcd')
  table.nowMs = 10
  for (const [task, executorId] of ['a', 'b', 'c'].entries()) table.succeed(task, 0, executorId)
  table.nowMs = 100
  t.deepEqual(due(table), [])
  const one = new Table(1, undefined, settings)
  one.offer('a')
  one.nowMs = 100_000
  t.deepEqual(due(one), [])
})

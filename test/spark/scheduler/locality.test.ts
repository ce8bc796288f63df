import test from 'ava'

import {
  DEFAULT_TASK_SET_SETTINGS,
  executorLocation,
  type TaskSetEffect,
} from '../../../src/spark/scheduler/index.ts'
import { Table } from './task-set-table.ts'

const levels = (effects: readonly TaskSetEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'launch' ? [effect.locality] : []))

test('a task goes to the host it prefers, and one without preference to any', (t) => {
  const table = new Table(3, [['b'], [], ['a']])
  t.deepEqual(table.offer('ab').sort(), ['launch 0.0 on b', 'launch 2.0 on a'])
  t.deepEqual(levels(table.effects), ['NODE_LOCAL', 'NODE_LOCAL'])
  t.deepEqual(table.offer('b'), ['launch 1.0 on b'])
  t.deepEqual(levels(table.effects), ['PROCESS_LOCAL'])
})

test('a task waits three seconds for the host it prefers, then goes anywhere', (t) => {
  const table = new Table(1, [['b']])
  t.deepEqual(table.offerOf('a', 'b'), ['wait until 3000'])
  table.nowMs = 2999
  t.deepEqual(table.offerOf('a', 'b'), ['wait until 3000'])
  table.nowMs = 3000
  t.deepEqual(table.offerOf('a', 'b'), ['launch 0.0 on a'])
  t.deepEqual(levels(table.effects), ['ANY'])
})

test('nobody waits for a host on which there is no executor', (t) => {
  const table = new Table(1, [['z']])
  t.deepEqual(table.offerOf('a', 'b'), ['launch 0.0 on a'])
})

test('a task waits for the executor that holds what it reads, then for its host, then for nothing', (t) => {
  const table = new Table(1, [[executorLocation('a', 'a1')]])
  t.deepEqual(table.offerOf('a2', 'a1', 'b'), ['wait until 3000'])
  table.nowMs = 3000
  t.deepEqual(table.offerOf('b', 'a1', 'a2'), ['wait until 6000'])
  t.deepEqual(table.offerOf('a2', 'a1', 'b'), ['launch 0.0 on a2'])
  t.deepEqual(levels(table.effects), ['NODE_LOCAL'])
})

test('the wait of a level is its own, and none when it is 0', (t) => {
  const locality = { processMs: 0, nodeMs: 500, rackMs: 0 }
  const settings = { ...DEFAULT_TASK_SET_SETTINGS, locality }
  const table = new Table(1, [[executorLocation('a', 'a1')]], settings)
  t.deepEqual(table.offerOf('b', 'a1'), ['wait until 500'])
  table.nowMs = 500
  t.deepEqual(table.offerOf('b', 'a1'), ['launch 0.0 on b'])
})

test('a launch near to the input begins the wait anew', (t) => {
  const table = new Table(2, [['b'], ['b']])
  table.nowMs = 2000
  t.deepEqual(table.offerOf('b', 'a'), ['launch 0.0 on b'])
  table.nowMs = 4000
  t.deepEqual(table.offerOf('a', 'b'), ['wait until 5000'])
})

test('tasks without preference do not wait behind one that does', (t) => {
  const table = new Table(2, [['b'], []])
  t.deepEqual(table.offerOf('a', 'b'), ['launch 1.0 on a'])
  t.deepEqual(table.offerOf('a', 'b'), ['wait until 3000'])
})

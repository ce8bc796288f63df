import test from 'ava'

import type { Cell } from '../../src/actors/cell.ts'
import { Dispatcher } from '../../src/actors/dispatcher.ts'
import { memoryEnvironment } from '../../src/platform/index.ts'

test('what throws at the end of a slice silences nobody else', (t) => {
  const turns: (() => void)[] = []
  const later = (fn: () => void): void => void turns.push(fn)
  const { clock } = memoryEnvironment().environment()
  const dispatcher = new Dispatcher({ microtask: later, macrotask: later }, clock)
  const ran: string[] = []
  dispatcher.atSliceEnd(() => {
    throw new RangeError('a bug')
  })
  dispatcher.atSliceEnd(() => ran.push('second'))
  t.throws(() => turns.shift()?.(), { message: 'a bug' })
  turns.shift()?.()
  t.deepEqual(ran, ['second'])
  dispatcher.atSliceEnd(() => ran.push('third'))
  turns.shift()?.()
  t.deepEqual(ran, ['second', 'third'])
})

test('actors that wake each other by promises alone leave the event loop its turn', (t) => {
  const micro: (() => void)[] = []
  const macro: (() => void)[] = []
  let nowMs = 1
  const clock = { ...memoryEnvironment().environment().clock, now: () => nowMs }
  const dispatcher = new Dispatcher(
    { microtask: (fn) => void micro.push(fn), macrotask: (fn) => void macro.push(fn) },
    clock,
  )
  const cell = { activate: () => 1 } as unknown as Cell
  const wakeUntilTurn = (): number => {
    let wakes = 0
    while (macro.length === 0 && wakes < 100_000) {
      wakes++
      nowMs += 0.01
      dispatcher.enqueue(cell)
      micro.shift()?.()
    }
    return wakes
  }
  // The clock is looked at every 256 messages; 5 ms after the first look are over at the third.
  t.is(wakeUntilTurn(), 3 * 256)
  macro.shift()?.()
  t.is(wakeUntilTurn(), 3 * 256)
})

import test from 'ava'

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

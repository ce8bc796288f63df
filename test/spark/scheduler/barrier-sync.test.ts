import test from 'ava'
import fc from 'fast-check'

import {
  emptySyncs,
  syncTransition,
  type SyncEvent,
  type SyncRequest,
} from '../../../src/spark/scheduler/barrier/index.ts'

const id = { stageId: 3, stageAttempt: 1 }

class Table {
  readonly state = emptySyncs<string>(2000)

  constructor() {
    this.step({ type: 'begin', id, numTasks: 2 })
  }

  step(event: SyncEvent<string>): string[] {
    return syncTransition(this.state, event)[1].map((effect) => {
      if (effect.type !== 'answer') return effect.type
      const { answer, waiting } = effect
      return `${waiting}: ${answer.type === 'synced' ? answer.messages.join('+') : answer.reason}`
    })
  }

  ask(
    partition: number,
    epoch = 0,
    special: Partial<SyncRequest> = {},
    waiting?: string,
  ): string[] {
    const message = `m${partition}`
    const of = { ...id, taskAttemptId: 70 + partition, partition, numTasks: 2 }
    const request = { ...of, epoch, method: 'allGather' as const, message, ...special }
    return this.step({ type: 'request', request, waiting: waiting ?? `t${partition}` })
  }
}

test('all tasks go on when the last has asked, with the messages of all in order of partition', (t) => {
  const table = new Table()
  t.deepEqual(table.ask(1), ['start-timer'])
  t.deepEqual(table.ask(0), ['stop-timer', 't1: m0+m1', 't0: m0+m1'])
  t.deepEqual(table.ask(0, 1), ['start-timer'])
})

test('a request that comes twice is answered once, and one whose answer was lost is answered again', (t) => {
  const table = new Table()
  table.ask(1, 0, {}, 'old')
  t.deepEqual(table.ask(1, 0, {}, 'new'), [])
  t.deepEqual(table.ask(0), ['stop-timer', 'new: m0+m1', 't0: m0+m1'])
  t.deepEqual(table.ask(1, 0, {}, 'again'), ['again: m0+m1'])
})

test('what does not fit is refused, in words of Spark', (t) => {
  const table = new Table()
  t.regex(
    table.ask(1, 4)[0] ?? '',
    /with barrier epoch 4 has already finished. Maybe task 71 is not/,
  )
  t.regex(table.ask(1, 0, { numTasks: 3 })[0] ?? '', /is 3 from Task 71, previously it was 2\./)
  table.ask(1)
  const mixed = table.ask(0, 0, { method: 'barrier' })
  t.is(mixed.length, 3, 'both are told, and the timer ends')
  t.regex(mixed[1] ?? '', /t1: Different barrier sync types found/)
})

test('tasks that wait too long are told so, and so are those of an attempt that is over', (t) => {
  const table = new Table()
  table.ask(1)
  t.deepEqual(table.step({ type: 'timeout', id, epoch: 1 }), [])
  t.deepEqual(table.step({ type: 'timeout', id, epoch: 0 }), [
    "t1: The coordinator didn't get all barrier sync requests for barrier epoch 0 from Stage 3 (Attempt 1) within 2 second(s).",
  ])
  table.ask(0)
  t.deepEqual(table.step({ type: 'over', id }), ['stop-timer', 't0: Stage 3 (Attempt 1) is over'])
  t.deepEqual(table.ask(0), ['t0: Stage 3 (Attempt 1) is over'])
  t.is(table.state.barriers.size, 0)
})

test('whatever is repeated or comes in another order, nobody passes a sync before all have asked', (t) => {
  const asks = fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { maxLength: 60 })
  fc.assert(
    fc.property(asks, (order) => {
      const state = emptySyncs<number>(1000)
      syncTransition(state, { type: 'begin', id, numTasks: 4 })
      const passed = [0, 0, 0, 0]
      const asked = [-1, -1, -1, -1]
      for (const [partition, back] of order) {
        const epoch = Math.max(0, (passed[partition] ?? 0) - (back === 2 ? 1 : 0))
        asked[partition] = Math.max(asked[partition] ?? 0, epoch)
        const of = { ...id, taskAttemptId: partition, partition, numTasks: 4 }
        const request = { ...of, epoch, method: 'barrier', message: '' } as const
        for (const effect of syncTransition(state, {
          type: 'request',
          request,
          waiting: partition,
        })[1]) {
          if (effect.type !== 'answer' || effect.answer.type !== 'synced') continue
          const at = passed[effect.waiting] ?? 0
          if (effect.waiting !== partition || epoch === at) {
            t.true(asked.every((most) => most >= at))
            passed[effect.waiting] = at + 1
          }
        }
      }
    }),
    { numRuns: 200 },
  )
})

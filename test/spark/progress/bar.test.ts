import test from 'ava'
import fc from 'fast-check'

import { progressBars, type StageProgress } from '../../../src/spark/progress/index.ts'

const stage = (
  stageId: number,
  numCompletedTasks: number,
  numActiveTasks: number,
  numTasks: number,
): StageProgress => ({ stageId, numCompletedTasks, numActiveTasks, numTasks })

const rows: readonly (readonly [string, readonly StageProgress[], number, string])[] = [
  ['nothing runs', [], 80, ''],
  ['the first task', [stage(0, 0, 2, 10)], 40, '[Stage 0:>                 (0 + 2) / 10]'],
  ['some are done', [stage(0, 3, 2, 10)], 40, '[Stage 0:=====>            (3 + 2) / 10]'],
  ['all are done', [stage(7, 4, 0, 4)], 30, '[Stage 7:=========(4 + 0) / 4]'],
  ['no room', [stage(0, 3, 2, 10)], 10, '[Stage 0:(3 + 2) / 10]'],
  [
    'two stages',
    [stage(1, 1, 1, 2), stage(2, 0, 1, 4)],
    60,
    '[Stage 1:====>    (1 + 1) / 2][Stage 2:>        (0 + 1) / 4]',
  ],
  ['no tasks', [stage(3, 0, 0, 0)], 24, '[Stage 3:>  (0 + 0) / 0]'],
]

for (const [what, stages, columns, expected] of rows) {
  test(`a bar says how far a stage is: ${what}`, (t) => {
    t.is(progressBars(stages, columns), expected)
  })
}

test('a fourth stage is not shown', (t) => {
  const four = [0, 1, 2, 3].map((stageId) => stage(stageId, 1, 1, 4))
  t.is(progressBars(four, 120), progressBars(four.slice(0, 3), 120))
})

test('bars never take more than the line, where there is room for their numbers', (t) => {
  const any = fc.record({
    stageId: fc.nat(99),
    numTasks: fc.integer({ min: 1, max: 9999 }),
    numActiveTasks: fc.nat(99),
  })
  const property = fc.property(
    fc.array(any, { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 120, max: 400 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (made, columns, share) => {
      const stages = made.map((one) => ({
        ...one,
        numCompletedTasks: Math.floor(one.numTasks * share),
      }))
      const text = progressBars(stages, columns)
      return text.length <= columns && text.length > columns - stages.length
    },
  )
  t.notThrows(() => {
    fc.assert(property)
  })
})

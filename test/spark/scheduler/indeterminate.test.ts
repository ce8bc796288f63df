import test from 'ava'

import type { Lineage } from '../../../src/spark/rdd/index.ts'
import { DagTable, nodeWith, shuffle } from './dag-table.ts'

const other = { isIndeterminate: true } as const
/** A map stage that may give other rows when it runs again, and the result of what it writes. */
const twoStages: Lineage = new Map([nodeWith(other, 0, 3), nodeWith(other, 1, 2, shuffle(0, 0))])
/** … with a stage between them. */
const threeStages: Lineage = new Map([
  nodeWith(other, 0, 3),
  nodeWith(other, 1, 2, shuffle(0, 0)),
  nodeWith(other, 2, 2, shuffle(1, 1)),
])

function mapped(lineage = twoStages, finalRddId = 1): DagTable {
  const table = new DagTable()
  table.submit(0, lineage, finalRddId)
  table.map(0, 'a')
  table.map(1, 'a')
  table.map(2, 'b')
  return table
}

test('an output lost that would be another has all of its stage computed again, and what runs of the next is abandoned', (t) => {
  const table = mapped()
  t.deepEqual(table.fetchFailed(0, 'a', 'missing'), [
    'forget a [0]',
    'schedule-resubmit',
    'abandon-attempt 0.0',
    'forget a [1]',
    'forget b [2]',
    'abandon-attempt 1.0',
  ])
  t.deepEqual(table.step({ type: 'resubmit' }), ['1 waits for 3 of 0', 'submit 0.1 [0,1,2]'])
  t.deepEqual(table.result(0), ['ignored'], 'it was made of what is gone')
  table.map(0, 'a', 1)
  table.map(1, 'a', 1)
  t.is(table.map(2, 'b', 1).at(-1), 'submit 1.1 [0,1]')
  t.deepEqual(table.result(0, 0), ['ignored'], 'still')
  t.deepEqual(table.result(0, 1), ['deliver 0'])
})

test('a job that has given results made of such an output fails, in words of Spark', (t) => {
  const table = mapped()
  table.result(1)
  t.true(table.fetchFailed(0, 'a', 'missing').includes('job-failed 0'))
  t.regex(
    table.effects.at(-1)?.reason ?? '',
    /^A shuffle map stage with indeterminate output was failed and retried\. However, Spark cannot rollback the ResultStage 1/,
  )
  t.is(table.state.stages.size, 0)
})

test('where rows would be the same, or in another order only, results are kept', (t) => {
  const table = new DagTable()
  table.submit()
  for (const partition of [0, 1, 2]) table.map(partition, 'a')
  table.result(1)
  t.deepEqual(table.fetchFailed(0, 'a', 'missing'), ['forget a [0]', 'schedule-resubmit'])
})

test('all stages that follow are rolled back, and what they have written is forgotten', (t) => {
  const table = new DagTable()
  table.submit(0, threeStages, 2)
  const writer = (shuffleId: number): number => table.state.stageOfShuffle.get(shuffleId) ?? -1
  for (const partition of [0, 1, 2]) table.map(partition, 'a', 0, writer(0))
  table.map(0, 'c', 0, writer(1))
  const failure = { kind: 'missing', shuffleId: 0, mapPartition: 0, mapAttempt: 0 } as const
  const where = { reducePartition: 1, executorId: 'a' }
  const words = table.step({
    type: 'fetch-failed',
    stageId: writer(1),
    stageAttempt: 0,
    partition: 1,
    failure: { ...failure, ...where },
  })
  t.true(words.includes('forget c [0]'), words.join())
  t.is(table.state.outputs.missing(1)?.length, 2)
  const again = table.step({ type: 'resubmit' })
  t.true(again.includes(`submit ${writer(0)}.1 [0,1,2]`), again.join())
})

test('outputs that were lost before anybody read them: all of the stage runs again', (t) => {
  const table = new DagTable()
  table.submit(0, twoStages)
  table.map(0, 'a')
  table.map(1, 'b')
  table.step({ type: 'executor-lost', executorId: 'a', reason: 'killed' })
  t.deepEqual(table.map(2, 'b'), ['register 2 on b', 'forget b [1,2]', 'submit 0.1 [0,1,2]'])
})

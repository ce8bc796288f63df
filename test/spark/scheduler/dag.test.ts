import test from 'ava'

import type { Lineage } from '../../../src/spark/rdd/index.ts'
import { DagTable, node, shuffle, twoStages } from './dag-table.ts'

/** Runs the maps of partitions 0 and 1 on `a`, 2 on `b`. */
function mapped(): DagTable {
  const table = new DagTable()
  table.submit()
  table.map(0, 'a')
  table.map(1, 'a')
  table.map(2, 'b')
  return table
}

test('a job runs its map stage, then its result stage, then it is done', (t) => {
  const table = new DagTable()
  t.deepEqual(table.submit(), ['add-shuffle', '1 waits for 3 of 0', 'submit 0.0 [0,1,2]'])
  t.deepEqual(table.map(0, 'a'), ['register 0 on a'])
  t.deepEqual(table.map(2, 'b'), ['register 2 on b'])
  t.deepEqual(table.map(1, 'a'), ['register 1 on a', 'stage-completed 0.0', 'submit 1.0 [0,1]'])
  t.deepEqual(table.result(1), ['deliver 1'])
  t.deepEqual(table.result(0), [
    'deliver 0',
    'stage-completed 1.0',
    'cancel-task-set 0.0',
    'cancel-task-set 1.0',
    'job-succeeded 0',
  ])
  t.is(table.state.stages.size, 0)
})

test('every effect says why', (t) => {
  const table = new DagTable()
  table.submit()
  t.true(table.effects.every(({ reason }) => reason.length > 10))
})

test('an executor lost: its outputs are forgotten, and exactly these are computed again after the fetch failed', (t) => {
  const table = mapped()
  t.deepEqual(table.step({ type: 'executor-lost', executorId: 'a', reason: 'killed' }), [
    'forget a [0,1]',
  ])
  t.deepEqual(table.fetchFailed(0, 'a', 'unreachable'), ['schedule-resubmit'])
  t.deepEqual(table.step({ type: 'resubmit' }), ['1 waits for 2 of 0', 'submit 0.1 [0,1]'])
  table.map(0, 'b', 1)
  t.deepEqual(table.map(1, 'b', 1), ['register 1 on b', 'stage-completed 0.1', 'submit 1.1 [0,1]'])
})

test('a corrupt or missing block costs its own map partition only; an executor out of reach costs all it held', (t) => {
  for (const [kind, forgotten] of [
    ['corrupt', 'forget a [1]'],
    ['missing', 'forget a [1]'],
    ['unreachable', 'forget a [0,1]'],
  ] as const) {
    t.deepEqual(mapped().fetchFailed(1, 'a', kind), [forgotten, 'schedule-resubmit'])
  }
})

test('several failed fetches of one attempt make one resubmission, with all that is missing', (t) => {
  const table = mapped()
  t.deepEqual(table.fetchFailed(0, 'a', 'missing'), ['forget a [0]', 'schedule-resubmit'])
  t.deepEqual(table.fetchFailed(2, 'b', 'missing'), ['forget b [2]', 'ignored'])
  t.deepEqual(table.step({ type: 'resubmit' }), ['1 waits for 2 of 0', 'submit 0.1 [0,2]'])
})

test('results that came before the fetch failed are kept', (t) => {
  const table = mapped()
  table.result(0)
  table.fetchFailed(0, 'a', 'missing')
  table.step({ type: 'resubmit' })
  t.deepEqual(table.map(0, 'b', 1), ['register 0 on b', 'stage-completed 0.1', 'submit 1.1 [1]'])
})

test('a failed fetch of an attempt that is over, from a place that is no longer the current one, changes nothing', (t) => {
  const table = mapped()
  table.fetchFailed(0, 'a', 'missing')
  table.step({ type: 'resubmit' })
  table.map(0, 'b', 1)
  t.deepEqual(table.fetchFailed(0, 'a', 'missing', 0), ['ignored'])
  t.true(table.state.outputs.isComplete(0))
})

test('a late failure to read an output that the same executor has written anew does not forget it', (t) => {
  for (const kind of ['missing', 'corrupt', 'unreachable'] as const) {
    const table = mapped()
    table.fetchFailed(0, 'a', 'missing')
    table.step({ type: 'resubmit' })
    table.map(0, 'a', 1)
    t.deepEqual(table.fetchFailed(0, 'a', kind, 0), ['ignored', 'ignored'], kind)
    t.regex(table.effects[0]?.reason ?? '', /is of try 0; try 1 has written it anew/)
    t.true(table.state.outputs.isComplete(0), kind)
  }
})

test('an output that arrives after its executor was lost is not registered, and is computed again', (t) => {
  const table = new DagTable()
  table.submit()
  table.map(0, 'b')
  table.map(1, 'b')
  table.step({ type: 'executor-lost', executorId: 'a', reason: 'killed' })
  t.deepEqual(table.map(2, 'a'), ['ignored', 'submit 0.1 [2]'])
})

test('outputs lost while their own stage still runs are computed again before its children start', (t) => {
  const table = new DagTable()
  table.submit()
  table.map(0, 'a')
  table.map(1, 'b')
  table.step({ type: 'executor-lost', executorId: 'a', reason: 'killed' })
  t.deepEqual(table.map(2, 'b'), ['register 2 on b', 'submit 0.1 [0]'])
})

test('attempts of one stage that end by failed fetches in a row are limited, and success starts the count anew', (t) => {
  const table = mapped()
  for (const attempt of [0, 1]) {
    table.fetchFailed(0, attempt === 0 ? 'a' : 'b', 'missing', attempt)
    table.step({ type: 'resubmit' })
    table.map(0, 'b', attempt + 1)
  }
  const words = table.fetchFailed(0, 'b', 'missing', 2)
  t.deepEqual(words.slice(0, 1), ['forget b [0]'])
  t.is(words.at(-1), 'job-failed 0')
})

test('a task set that gave up fails its job with the cause, and cancels what runs', (t) => {
  const table = mapped()
  const cause = new RangeError('last')
  const words = table.step({
    type: 'task-set-failed',
    stageId: 1,
    stageAttempt: 0,
    cause,
    reason: 'four times',
  })
  t.deepEqual(words, ['cancel-task-set 0.0', 'cancel-task-set 1.0', 'job-failed 0'])
  const failed = table.effects.at(-1)
  t.is(failed?.type === 'job-failed' ? failed.cause : undefined, cause)
})

test('a shuffle without map partitions is skipped, for it has nothing to compute', (t) => {
  const table = new DagTable()
  const lineage: Lineage = new Map([node(0, 0), node(1, 2, shuffle(0, 0))])
  t.deepEqual(table.submit(0, lineage), ['add-shuffle', 'stage-skipped', 'submit 1.0 [0,1]'])
  const skipped = table.effects.find((effect) => effect.type === 'stage-skipped')
  t.is(skipped?.reason, 'shuffle 0 has no map partitions, so there is nothing to compute')
})

test('a second job skips the stage whose outputs are there, and shares one that runs', (t) => {
  const table = mapped()
  t.deepEqual(table.submit(1), ['stage-skipped', 'submit 2.0 [0,1]'])
  const sharing = new DagTable()
  sharing.submit(0)
  t.deepEqual(sharing.submit(1), ['2 waits for 3 of 0'])
  sharing.map(0, 'a')
  sharing.map(1, 'a')
  t.deepEqual(sharing.map(2, 'a'), [
    'register 2 on a',
    'stage-completed 0.0',
    'submit 1.0 [0,1]',
    'submit 2.0 [0,1]',
  ])
})

test('cancelling one of two jobs leaves the shared stage to the other', (t) => {
  const table = new DagTable()
  table.submit(0)
  table.submit(1)
  const words = table.step({ type: 'job-cancelled', jobId: 0, cause: undefined, reason: 'asked' })
  t.deepEqual(words, ['job-failed 0'])
  t.true(table.state.stages.has(0))
})

test('two branches run at once, and the stage that joins them waits for both', (t) => {
  const lineage: Lineage = new Map([
    node(0, 1),
    node(1, 1),
    node(2, 2, shuffle(0, 0), shuffle(1, 1)),
  ])
  const table = new DagTable()
  const words = table.submit(0, lineage, 2).filter((word) => word.startsWith('submit'))
  t.deepEqual([...words].sort(), ['submit 0.0 [0]', 'submit 1.0 [0]'])
  t.deepEqual(table.map(0, 'a', 0, 0), [
    'register 0 on a',
    'stage-completed 0.0',
    '2 waits for 1 of 1',
  ])
  t.deepEqual(table.map(0, 'a', 0, 1), [
    'register 0 on a',
    'stage-completed 1.0',
    'submit 2.0 [0,1]',
  ])
})

test('a job over no partition is done at once', (t) => {
  const table = new DagTable()
  const event = {
    type: 'job-submitted',
    jobId: 0,
    lineage: twoStages,
    finalRddId: 1,
    partitions: [],
  } as const
  t.is(table.step(event).at(-1), 'job-succeeded 0')
})

test('a result that is there already is not delivered twice', (t) => {
  const table = mapped()
  table.result(0)
  t.deepEqual(table.result(0), ['ignored'])
})

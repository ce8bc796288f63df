import test from 'ava'

import {
  dagTransition,
  emptyDagState,
  type DagEffect,
  type DagEvent,
  type MapStatus,
} from '../../../src/spark/scheduler/index.ts'
import type { FetchFailureKind } from '../../../src/spark/errors.ts'
import type { Lineage, LineageEdge } from '../../../src/spark/rdd/index.ts'

const shuffle = (rddId: number, shuffleId: number): LineageEdge => ({
  type: 'shuffle',
  rddId,
  shuffleId,
  numReducers: 2,
})

const node = (rddId: number, numPartitions: number, ...dependencies: readonly LineageEdge[]) =>
  [rddId, { rddId, name: `RDD ${rddId}`, numPartitions, dependencies }] as const

/** A source of three partitions, a shuffle, two reduce partitions. */
const twoStages: Lineage = new Map([node(0, 3), node(1, 2, shuffle(0, 0))])

const status = (executorId: string, mapAttempt = 0): MapStatus => ({
  executorId,
  mapAttempt,
  sizesBytes: [1, 1],
  checksums: [1, 1],
})

/** The DAG scheduler with its effects as short words; stage 0 writes shuffle 0, stage 1 gives the result. */
class Table {
  readonly state = emptyDagState({ maxStageAttempts: 3, resubmitDelayMs: 0 })
  effects: readonly DagEffect[] = []

  step(event: DagEvent): string[] {
    this.effects = dagTransition(this.state, event)[1]
    return this.effects.map(wordOf)
  }

  submit(jobId = 0, lineage = twoStages, finalRddId = 1): string[] {
    return this.step({ type: 'job-submitted', jobId, lineage, finalRddId, partitions: [0, 1] })
  }

  map(partition: number, executorId: string, stageAttempt = 0, stageId = 0): string[] {
    const outcome = { type: 'map-output', status: status(executorId, stageAttempt) } as const
    return this.step({
      type: 'task-succeeded',
      stageId,
      stageAttempt,
      partition,
      executorId,
      outcome,
    })
  }

  result(partition: number, stageAttempt = 0, stageId = 1): string[] {
    const outcome = { type: 'result', value: new Uint8Array(1) } as const
    const executorId = 'a'
    return this.step({
      type: 'task-succeeded',
      stageId,
      stageAttempt,
      partition,
      executorId,
      outcome,
    })
  }

  fetchFailed(
    mapPartition: number,
    executorId: string,
    kind: FetchFailureKind,
    stageAttempt = 0,
    mapAttempt = stageAttempt,
  ): string[] {
    const failure = { kind, shuffleId: 0, mapPartition, mapAttempt, reducePartition: 0, executorId }
    return this.step({ type: 'fetch-failed', stageId: 1, stageAttempt, partition: 0, failure })
  }
}

function wordOf(effect: DagEffect): string {
  switch (effect.type) {
    case 'submit-task-set':
      return `submit ${effect.stageId}.${effect.stageAttempt} [${effect.partitions.join()}]`
    case 'stage-waiting':
      return `${effect.stageId} waits for ${effect.missing.map((one) => `${one.outputs} of ${one.stageId}`).join()}`
    case 'cancel-task-set':
    case 'stage-completed':
      return `${effect.type} ${effect.stageId}.${effect.stageAttempt}`
    case 'forget-outputs':
      return `forget ${effect.executorId} [${effect.outputs.map((lost) => lost.mapPartition).join()}]`
    case 'register-output':
      return `register ${effect.mapPartition} on ${effect.status.executorId}`
    case 'deliver-result':
      return `deliver ${effect.partition}`
    case 'job-succeeded':
    case 'job-failed':
      return `${effect.type} ${effect.jobId}`
    default:
      return effect.type
  }
}

/** Runs the maps of partitions 0 and 1 on `a`, 2 on `b`. */
function mapped(): Table {
  const table = new Table()
  table.submit()
  table.map(0, 'a')
  table.map(1, 'a')
  table.map(2, 'b')
  return table
}

test('a job runs its map stage, then its result stage, then it is done', (t) => {
  const table = new Table()
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
  const table = new Table()
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
  const table = new Table()
  table.submit()
  table.map(0, 'b')
  table.map(1, 'b')
  table.step({ type: 'executor-lost', executorId: 'a', reason: 'killed' })
  t.deepEqual(table.map(2, 'a'), ['ignored', 'submit 0.1 [2]'])
})

test('outputs lost while their own stage still runs are computed again before its children start', (t) => {
  const table = new Table()
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
  const table = new Table()
  const lineage: Lineage = new Map([node(0, 0), node(1, 2, shuffle(0, 0))])
  t.deepEqual(table.submit(0, lineage), ['add-shuffle', 'stage-skipped', 'submit 1.0 [0,1]'])
  const skipped = table.effects.find((effect) => effect.type === 'stage-skipped')
  t.is(skipped?.reason, 'shuffle 0 has no map partitions, so there is nothing to compute')
})

test('a second job skips the stage whose outputs are there, and shares one that runs', (t) => {
  const table = mapped()
  t.deepEqual(table.submit(1), ['stage-skipped', 'submit 2.0 [0,1]'])
  const sharing = new Table()
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
  const table = new Table()
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
  const table = new Table()
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
  const table = new Table()
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

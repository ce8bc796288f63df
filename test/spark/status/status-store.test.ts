import test from 'ava'

import { metricsBy } from '../../../src/spark/events/index.ts'
import type {
  ExecutorMetrics,
  ListenerStageInfo,
  ListenerTaskInfo,
  SparkListenerEvent,
  TaskEndReason,
} from '../../../src/spark/events/index.ts'
import { emptyMetrics, type TaskMetrics } from '../../../src/spark/rdd/index.ts'
import { StatusStore, taskStatus } from '../../../src/spark/status/index.ts'
import { StorageLevel } from '../../../src/spark/storage/index.ts'

const stage = (stageId: number, more: Partial<ListenerStageInfo> = {}): ListenerStageInfo => ({
  stageId,
  attemptNumber: 0,
  name: `stage ${stageId}`,
  numTasks: 2,
  rddInfos: [],
  parentIds: [],
  accumulables: [],
  ...more,
})

const task = (taskId: number, more: Partial<ListenerTaskInfo> = {}): ListenerTaskInfo => ({
  taskId,
  index: taskId,
  attemptNumber: 0,
  partitionId: taskId,
  launchTime: 10,
  executorId: 'a',
  host: 'h',
  taskLocality: 'ANY',
  speculative: false,
  gettingResultTime: 0,
  finishTime: 0,
  failed: false,
  killed: false,
  accumulables: [],
  ...more,
})

const started = (taskInfo: ListenerTaskInfo, stageId = 0): SparkListenerEvent => ({
  type: 'SparkListenerTaskStart',
  stageId,
  stageAttemptId: 0,
  taskInfo,
})

const ended = (
  taskInfo: ListenerTaskInfo,
  metrics: Partial<TaskMetrics> = {},
  reason: TaskEndReason = { reason: 'Success' },
  stageId = 0,
): SparkListenerEvent => ({
  type: 'SparkListenerTaskEnd',
  stageId,
  stageAttemptId: 0,
  taskType: 'ResultTask',
  reason,
  taskInfo: {
    ...taskInfo,
    finishTime: 20,
    failed: reason.reason === 'ExceptionFailure',
    killed: reason.reason === 'TaskKilled',
  },
  taskMetrics: { ...emptyMetrics(), ...metrics },
})

const job = (jobId: number, ...stageIds: number[]): SparkListenerEvent => ({
  type: 'SparkListenerJobStart',
  jobId,
  time: 1,
  stageInfos: stageIds.map((id) => stage(id)),
  properties: {},
})
const jobEnd = (jobId: number): SparkListenerEvent => ({
  type: 'SparkListenerJobEnd',
  jobId,
  time: 30,
  jobResult: { result: 'JobSucceeded' },
})
const submitted = (stageId: number): SparkListenerEvent => ({
  type: 'SparkListenerStageSubmitted',
  stageInfo: stage(stageId, { submissionTime: 5 }),
  properties: {},
})
const completed = (stageId: number): SparkListenerEvent => ({
  type: 'SparkListenerStageCompleted',
  stageInfo: stage(stageId, { submissionTime: 5, completionTime: 25 }),
})
const executor = (executorId: string): SparkListenerEvent[] => [
  {
    type: 'SparkListenerExecutorAdded',
    time: 1,
    executorId,
    executorInfo: { executorHost: 'h', totalCores: 2 },
  },
  {
    type: 'SparkListenerBlockManagerAdded',
    time: 1,
    blockManagerId: { executorId, host: 'h', port: 7 },
    maxMem: 1000,
    maxOnHeapMem: 1000,
    maxOffHeapMem: 0,
  },
]
const removed = (executorId: string): SparkListenerEvent => ({
  type: 'SparkListenerExecutorRemoved',
  time: 9,
  executorId,
  reason: 'killed',
})

const limits = { jobs: 3, stages: 3, tasks: 4, deadExecutors: 2 }

function fold(...events: readonly SparkListenerEvent[]): StatusStore {
  const store = new StatusStore(limits)
  for (const event of events) store.apply(event)
  return store
}

test('of what is over the latest is remembered, and all that is under way', (t) => {
  const events: SparkListenerEvent[] = [job(100, 100), submitted(100), started(task(999), 100)]
  for (let i = 0; i < 10; i += 1) {
    events.push(job(i, i), submitted(i), started(task(i), i), ended(task(i), {}, undefined, i))
    events.push(completed(i), jobEnd(i), ...executor(`e${i}`), removed(`e${i}`))
  }
  const store = fold(...events)
  t.deepEqual([...store.jobs.all.keys()], [100, 8, 9])
  t.deepEqual(
    [...store.stages.all].map(({ info }) => info.stageId),
    [100, 8, 9],
  )
  t.is(store.stages.get(100, 0)?.tasks.size, 1)
  t.deepEqual([...store.executors.all.keys()], ['e8', 'e9'])
  t.deepEqual(store.stages.attemptsOf(3), [])
})

test('of many tries of one stage the ones that ended first are forgotten, its sums are not', (t) => {
  const tries = Array.from({ length: 10 }, (_, i) => task(i))
  const store = fold(
    job(0, 0),
    submitted(0),
    ...tries.flatMap((one) => [started(one), ended(one, { inputRecords: 1 })]),
  )
  const all = store.stages.get(0, 0)
  t.deepEqual([...(all?.tasks.keys() ?? [])], [6, 7, 8, 9])
  t.is(all?.metrics.inputRecords, 10)
  t.is(all?.completedTasks, 10)
})

test('what a try counts while it runs is not counted twice when it ends', (t) => {
  const one = task(0)
  const update: SparkListenerEvent = {
    type: 'SparkListenerExecutorMetricsUpdate',
    execId: 'a',
    accumUpdates: [[0, 0, 0, { ...emptyMetrics(), inputRecords: 3 }]],
    executorUpdates: [],
  }
  const store = fold(job(0, 0), submitted(0), started(one), update, update)
  const of = store.stages.get(0, 0)
  t.is(of?.metrics.inputRecords, 3)
  store.apply(ended(one, { inputRecords: 5, executorRunTime: 2.7 }))
  t.is(of?.metrics.inputRecords, 5)
  t.is(of?.metrics.executorRunTime, 2, 'whole, as the event log has it')
  t.is(of?.executors.get('a')?.metrics.inputRecords, 5)
})

test('the most of what is measured of an executor is kept, for it and for the stages that run there', (t) => {
  const one = task(0)
  const heap = (bytes: number): ExecutorMetrics =>
    metricsBy((name) => (name === 'JVMHeapMemory' ? bytes : 0))
  const beat = (stageId: number, bytes: number): SparkListenerEvent => ({
    type: 'SparkListenerExecutorMetricsUpdate',
    execId: 'a',
    accumUpdates: [],
    executorUpdates: [[stageId, 0, heap(bytes)]],
  })
  const added: SparkListenerEvent = {
    type: 'SparkListenerExecutorAdded',
    time: 1,
    executorId: 'a',
    executorInfo: { executorHost: 'here', totalCores: 1 },
  }
  const store = fold(added, job(0, 0), submitted(0), started(one), beat(0, 5), beat(-1, 9))
  const heaps = (): (number | undefined)[] => {
    const stage = store.stages.get(0, 0)
    const all = [store.executors.all.get('a'), stage, stage?.executors.get('a')]
    return all.map((record) => record?.peaks?.JVMHeapMemory)
  }
  t.deepEqual(heaps(), [9, 5, 5])
  store.apply({ ...ended(one, {}), taskExecutorMetrics: heap(7) } as SparkListenerEvent)
  t.deepEqual(heaps(), [9, 7, 7])
  store.apply({
    type: 'SparkListenerStageExecutorMetrics',
    execId: 'a',
    stageId: 0,
    stageAttemptId: 0,
    executorMetrics: heap(11),
  })
  t.deepEqual(heaps(), [11, 11, 11])
})

test('stages that nobody has submitted are skipped when their job ends', (t) => {
  const store = fold(job(0, 0, 1), submitted(1), completed(1), jobEnd(0))
  t.deepEqual(
    [0, 1].map((id) => store.stages.get(id, 0)?.status),
    ['SKIPPED', 'COMPLETE'],
  )
  const done = store.jobs.all.get(0)
  t.like(done, { skippedTasks: 2, activeStages: 0, status: 'SUCCEEDED' })
  t.deepEqual([...(done?.skippedStages ?? [])], [0])
})

const ends: readonly (readonly [TaskEndReason, string, string])[] = [
  [{ reason: 'TaskKilled', killReason: 'another has won' }, 'killedTasks', 'another has won'],
  [
    { reason: 'TaskCommitDenied', message: '' },
    'killedTasks',
    'TaskCommitDenied (Driver denied task commit) for job: 0, partition: 0, attemptNumber: 0',
  ],
  [
    { reason: 'ExecutorLostFailure', executorId: 'a', exitCausedByApp: true, lossReason: 'gone' },
    'failedTasks',
    'ExecutorLostFailure (executor a exited caused by one of the running tasks) Reason: gone',
  ],
  [
    {
      reason: 'FetchFailed',
      message: 'no answer',
      failure: {
        kind: 'missing',
        shuffleId: 1,
        mapPartition: 2,
        mapAttempt: 3,
        reducePartition: 4,
        executorId: 'a',
      },
    },
    'failedTasks',
    'FetchFailed(BlockManagerId(a, h, 7, None), shuffleId=1, mapIndex=2, mapId=3, reduceId=4, message=\nno answer\n)',
  ],
  [
    {
      reason: 'ExceptionFailure',
      className: 'Error',
      description: 'bad',
      fullStackTrace: 'Error: bad\n at x',
    },
    'failedTasks',
    'Error: bad\n at x',
  ],
]

for (const [reason, counter, message] of ends) {
  test(`a try that ends by ${reason.reason} counts among ${counter}, and says why as Spark does`, (t) => {
    const one = task(0)
    const store = fold(
      ...executor('a'),
      job(0, 0),
      submitted(0),
      started(one),
      ended(one, {}, reason),
    )
    const of = store.stages.get(0, 0)
    t.like(of, { [counter]: 1, completedTasks: 0, activeTasks: 0 })
    t.like(store.jobs.all.get(0), { [counter]: 1 })
    t.is(of?.tasks.get(0)?.error, message)
    t.deepEqual([...(of?.killed ?? [])], counter === 'killedTasks' ? [[message, 1]] : [])
  })
}

test('second tries of slow tasks are counted by themselves', (t) => {
  const slow = task(0)
  const second = task(1, { index: 0, speculative: true })
  const store = fold(job(0, 0), submitted(0), started(slow), started(second), ended(second))
  t.deepEqual(store.stages.get(0, 0)?.speculation, {
    tasks: 1,
    active: 0,
    completed: 1,
    failed: 0,
    killed: 0,
  })
  t.is(store.stages.get(0, 0)?.doneIndices.size, 1)
})

test('a stage whose tries still run after its end is live until they have ended', (t) => {
  const late = task(0)
  const store = fold(job(0, 0), submitted(0), started(late), completed(0))
  t.is(store.stages.live(0, 0)?.activeTasks, 1)
  store.apply(ended(late))
  t.is(store.stages.live(0, 0), undefined)
  t.is(store.stages.get(0, 0)?.completedTasks, 1)
})

test('places that are kept out are told, and let in again', (t) => {
  const where = { stageId: 0, stageAttemptId: 0 }
  const store = fold(
    ...executor('a'),
    job(0, 0),
    submitted(0),
    {
      type: 'SparkListenerNodeExcludedForStage',
      time: 1,
      hostId: 'h',
      executorFailures: 2,
      ...where,
    },
    { type: 'SparkListenerExecutorExcluded', time: 1, executorId: 'a', taskFailures: 2 },
  )
  const a = store.executors.active('a')
  t.deepEqual([...(a?.excludedInStages ?? [])], [0])
  t.true(store.stages.get(0, 0)?.executors.get('a')?.isExcluded)
  t.true(a?.isExcluded)
  store.apply({ type: 'SparkListenerExecutorUnexcluded', time: 2, executorId: 'a' })
  store.apply(completed(0))
  t.false(a?.isExcluded)
  t.deepEqual([...(a?.excludedInStages ?? [])], [])
})

test('blocks of an executor that is gone are taken off what is kept', (t) => {
  const update = (executorId: string): SparkListenerEvent => ({
    type: 'SparkListenerBlockUpdated',
    blockManagerId: { executorId, host: 'h', port: 7 },
    blockId: 'rdd_5_0',
    storageLevel: StorageLevel.MEMORY_ONLY_2,
    memSize: 100,
    diskSize: 0,
  })
  const rdd = {
    rddId: 5,
    name: 'kept',
    numPartitions: 1,
    parentIds: [],
    storageLevel: StorageLevel.MEMORY_ONLY_2,
  }
  const store = fold(...executor('a'), ...executor('b'), job(0, 0), {
    type: 'SparkListenerStageSubmitted',
    stageInfo: stage(0, { submissionTime: 5, rddInfos: [rdd] }),
    properties: {},
  })
  store.apply(update('a'))
  store.apply(update('b'))
  const kept = store.rdds.all.get(5)
  t.deepEqual(kept?.partitions.get('rdd_5_0')?.executors, ['a', 'b'])
  t.is(kept?.memoryUsed, 200)
  t.like(store.executors.active('a'), { rddBlocks: 1, memoryUsed: 100, usedOnHeap: 100 })
  store.apply(removed('a'))
  t.deepEqual(kept?.partitions.get('rdd_5_0'), {
    blockName: 'rdd_5_0',
    executors: ['b'],
    memoryUsed: 100,
    diskUsed: 0,
  })
  t.is(kept?.memoryUsed, 100)
  store.apply(removed('b'))
  t.is(kept?.partitions.size, 0)
  t.is(kept?.memoryUsed, 0)
})

test('a try tells how it stands', (t) => {
  t.deepEqual(
    [
      task(0),
      task(0, { gettingResultTime: 5 }),
      task(0, { finishTime: 9 }),
      task(0, { finishTime: 9, failed: true }),
      task(0, { finishTime: 9, killed: true }),
    ].map(taskStatus),
    ['RUNNING', 'GET RESULT', 'SUCCESS', 'FAILED', 'KILLED'],
  )
})

import {
  aCount,
  aFlag,
  aNumber,
  aRef,
  aText,
  anything,
  bytes,
  listOf,
  maybe,
  oneOf,
  protocol,
  record,
  type Shape,
} from '../../actors/index.ts'
import { EXECUTOR_METRICS } from '../events/index.ts'
import { emptyMetrics } from '../rdd/index.ts'
import type {
  AskCommit,
  AskSync,
  ExecutorCommand,
  ExecutorHeartbeat,
  LocateBlocks,
  ReadChunk,
  RegisterExecutor,
  RegistrationReply,
  RunningTasks,
  TaskReport,
} from './protocol.ts'

const counts = listOf(aCount)
const numbers = (names: readonly string[]): Shape =>
  record(Object.fromEntries(names.map((name) => [name, aNumber])))
const taskMetrics = numbers(Object.keys(emptyMetrics()))
const taskDescription = record({
  stageId: aCount,
  stageAttempt: aCount,
  partitionId: aCount,
  numPartitions: aCount,
  attemptNumber: aCount,
  taskAttemptId: aCount,
  properties: record({}),
  split: bytes,
  cpus: maybe(aCount),
})
const outcome = protocol({
  'map-output': {
    output: record({ sizesBytes: counts, checksums: counts, records: aCount, spills: aCount }),
  },
  result: { parts: listOf(bytes) },
})

/** What an executor takes from its driver. */
export const isExecutorCommand: Shape = protocol<ExecutorCommand | RegistrationReply>({
  'load-stage': { stageId: aCount, binary: bytes, proof: bytes },
  'run-task': { task: taskDescription, replyTo: aRef },
  'run-launched': { task: taskDescription },
  'report-to': { replyTo: aRef },
  'which-tasks': { replyTo: aRef },
  'cancel-task': { taskAttemptId: aCount },
  'read-result': { taskAttemptId: aCount, offset: aCount },
  'forget-stage': { stageId: aCount },
  'peer-lost': { executorId: aText },
  'dump-threads': { replyTo: aRef },
  'shut-down': { reason: aText },
  registered: {
    tracker: aRef,
    commits: aRef,
    barriers: aRef,
    storage: aRef,
    heartbeats: record({ intervalMs: aNumber, pollingMs: aNumber, hasProcessTree: aFlag }),
  },
  refused: { reason: aText },
})

/** What the driver takes from an executor whose tasks it has given out. */
export const isTaskReport: Shape = protocol<TaskReport | RunningTasks>({
  'result-ready': { taskAttemptId: aCount, sizesBytes: counts },
  'result-part': { taskAttemptId: aCount, offset: aCount, bytes },
  'task-succeeded': {
    taskAttemptId: aCount,
    result: record({ outcome, metrics: record({}), accumulators: bytes }),
  },
  'task-failed': { taskAttemptId: aCount, error: anything, metrics: maybe(taskMetrics) },
  'running-tasks': { taskAttemptIds: counts },
})

/** What a shuffle-block actor is asked. Its numbers become names of files: nothing but numbers will do. */
export const isReadChunk: Shape = protocol<ReadChunk>({
  'read-chunk': {
    block: record({
      shuffleId: aCount,
      mapPartition: aCount,
      mapAttempt: aCount,
      reducePartition: aCount,
    }),
    offset: aCount,
    lengthBytes: aCount,
    replyTo: aRef,
  },
})

/** What executors ask the output-commit coordinator. */
export const isAskCommit: Shape = protocol<AskCommit>({
  'may-commit': {
    request: record({ stageId: aCount, partition: aCount, taskAttemptId: aCount }),
    replyTo: aRef,
  },
})

/** What executors ask the barrier coordinator. */
export const isAskSync: Shape = protocol<AskSync>({
  'ask-sync': {
    request: record({
      stageId: aCount,
      stageAttempt: aCount,
      taskAttemptId: aCount,
      partition: aCount,
      numTasks: aCount,
      epoch: aCount,
      method: oneOf(['barrier', 'allGather']),
      message: aText,
    }),
    replyTo: aRef,
  },
})

/** What executors ask the map-output tracker. */
export const isLocateBlocks: Shape = protocol<LocateBlocks>({
  'locate-blocks': { shuffleId: aCount, reducePartition: aCount, replyTo: aRef },
})

const aTry = record({
  taskAttemptId: aCount,
  stageId: aCount,
  stageAttempt: aCount,
  metrics: taskMetrics,
})

/** What an executor says when it comes to its driver, and later of itself. */
export const isExecutorWord: Shape = protocol<ExecutorHeartbeat | RegisterExecutor>({
  'executor-heartbeat': {
    executorId: aText,
    tries: listOf(aTry),
    peaks: listOf(
      record({ stageId: aNumber, stageAttempt: aNumber, peaks: numbers(EXECUTOR_METRICS) }),
    ),
  },
  'register-executor': {
    executorId: aText,
    host: aText,
    pid: aCount,
    slots: aCount,
    resourceProfileId: maybe(aCount),
    executor: aRef,
    blocks: aRef,
    replyTo: aRef,
  },
})

import type { Disk } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { packUpdates } from '../accumulators/index.ts'
import { Batches, columnBatches, type AnyBatch, type Batch } from '../batches/index.ts'
import { ColumnBatch } from '../columns/index.ts'
import type { BroadcastMeta, ThreadBroadcasts } from '../broadcast/index.ts'
import type { ExecutorMetrics } from '../events/index.ts'
import { TaskMemoryManager, type ExecutionMemory } from '../memory/index.ts'
import {
  inTask,
  runAction,
  type ShuffleSource,
  type TaskMetrics,
  type TaskPorts,
} from '../rdd/index.ts'
import {
  encodeParts,
  fetchFailed,
  pairsOfPages,
  readPages,
  shuffleWriter,
  type BatchCodec,
  type BlockLocation,
  type FetchBlock,
  type MapOutput,
  type Pair,
} from '../shuffle/index.ts'
import { fetchSharedFiles } from '../shared-files/index.ts'
import type { SyncAnswer, SyncRequest } from '../scheduler/barrier/sync-book.ts'
import type { CommitAnswer, CommitRequest } from '../scheduler/output-commit/commit-book.ts'
import { BarrierTask, isBarrierTask } from './barrier-task.ts'
import { decodeSplit } from './large-split.ts'
import { writeMapRows } from './map-rows.ts'
import { RunningTask } from './running-task.ts'
import { totalBytes, type ExecutorStorage, type PartitionCache } from '../storage/index.ts'
import type { RebuiltStage } from './stage-work.ts'
import { TaskMeasure, type TaskMeter } from './task-measure.ts'

/** One try of one task. Plain data; it travels. */
export interface TaskDescription {
  readonly stageId: number
  readonly stageAttempt: number
  readonly partitionId: number
  /** Of the RDD that the stage computes. */
  readonly numPartitions: number
  readonly attemptNumber: number
  /** Unique in the application. */
  readonly taskAttemptId: number
  /** The local properties of its job. */
  readonly properties: Readonly<Record<string, string>>
  /** The partition, encoded: what can't travel is found before any task runs. */
  readonly split: Uint8Array
  /** Cores of its executor that it takes; 1 if absent. */
  readonly cpus?: number | undefined
}

/** What a task has to show. Plain data. */
export interface TaskResult {
  readonly outcome:
    | { readonly type: 'map-output'; readonly output: MapOutput }
    /** Encoded, too; by itself, or an array in parts. */
    | { readonly type: 'result'; readonly parts: readonly Uint8Array[] }
  readonly metrics: TaskMetrics
  /** What it has added to accumulators, encoded. */
  readonly accumulators: Uint8Array
  /** Of its executor, when there was a reading while it ran. */
  readonly executorMetrics?: ExecutorMetrics
}

/** What the place gives to the tasks that run there. */
export interface TaskEnvironment {
  readonly executorId: string
  readonly disk: Disk
  /** The ways to files of inputs and outputs. */
  readonly ports: TaskPorts
  /** Where map outputs are written. */
  readonly directory: string
  readonly codec: BatchCodec
  /** The blocks of a reduce partition; asks the driver. @throws TROUPE_SPARK_FETCH_FAILED */
  readonly locateBlocks: (
    shuffleId: number,
    reducePartition: number,
  ) => Promise<readonly BlockLocation[]>
  readonly fetchBlock: FetchBlock
  /** Whether a try may commit its output; asks the driver. */
  readonly mayCommit: (request: CommitRequest) => Promise<CommitAnswer>
  /** Waits for the other tasks of a barrier stage; asks the driver. Without it there are no such stages. */
  readonly sync?: (request: SyncRequest) => Promise<SyncAnswer>
  /** What the times of tasks are read from; without it they are 0. */
  readonly meter?: TaskMeter
  /** Where tasks get execution memory from. */
  readonly memory: ExecutionMemory
  /** Memory and blocks of the executor, for the threads that run its tasks. */
  readonly storage?: ExecutorStorage
  /** `spark.storage.unrollMemoryThreshold`: what is reserved before the first row of a block that is kept. */
  readonly unrollBytes: number
  /** The bytes of a broadcast; asks the executor. @throws TROUPE_SPARK_BROADCAST_LOST */
  readonly readBroadcast?: (meta: BroadcastMeta) => Promise<Uint8Array>
  /** The broadcasts that tasks of this thread have read. */
  readonly broadcasts?: ThreadBroadcasts
  /** What is kept of persisted RDDs; without it they are computed each time. */
  readonly cache?: PartitionCache
  /** Whether the heap that tasks run in leaves no room. */
  readonly isHeapFull?: () => boolean
}

/** Tells a running task to end; it looks between batches. */
export interface Cancellation {
  isCancelled: boolean
}

/**
 * Runs one try of one task to its end: computes its partition and writes the map output, or does the action.
 * A task that fails or is cancelled leaves no file behind.
 *
 * @throws what the user's functions throw; TROUPE_SPARK_FETCH_FAILED, TROUPE_SPARK_TASK_CANCELLED
 */
export async function runTask(
  stage: RebuiltStage,
  task: TaskDescription,
  environment: TaskEnvironment,
  cancellation: Cancellation,
  measure: TaskMeasure = new TaskMeasure(environment.meter),
): Promise<TaskResult> {
  const { taskAttemptId } = task
  const memory = new TaskMemoryManager(taskAttemptId, environment.memory, environment.isHeapFull)
  const Context = isBarrierTask(task) ? BarrierTask : RunningTask
  const context = new Context(task, environment, cancellation, memory, (running) =>
    shuffleSource(running, environment),
  )
  measure.counting(context.metrics, () => memory.peakBytes)
  try {
    await loadBroadcasts(stage, environment)
    await fetchSharedFiles(task.properties, environment, taskAttemptId)
    for (const accumulator of stage.accumulators) accumulator.reset()
    const { metrics } = context
    measure.loaded(metrics)
    const outcome = await inTask(context, () =>
      context.toEnd(() => computeTask(stage, task, context, environment, measure)),
    )
    const accumulators = packUpdates(stage.accumulators, environment.codec)
    await measure.ended(metrics)
    metrics.peakExecutionMemory = memory.peakBytes
    metrics.resultSize =
      accumulators.length + (outcome.type === 'result' ? totalBytes(outcome.parts) : 0)
    return { outcome, metrics, accumulators }
  } finally {
    memory.end()
    // What can't be removed now goes with the executor's folder.
    await context.spillSpace.clear().catch(() => {})
  }
}

/** What the functions have captured is there before they are called: `value` can't wait. */
async function loadBroadcasts(
  { broadcasts }: RebuiltStage,
  { readBroadcast, broadcasts: loaded }: TaskEnvironment,
): Promise<void> {
  if (readBroadcast === undefined || loaded === undefined) return
  for (const revived of broadcasts) {
    revived.loaded ??= await loaded.load(revived.meta, readBroadcast)
  }
}

async function computeTask(
  stage: RebuiltStage,
  task: TaskDescription,
  context: RunningTask,
  environment: TaskEnvironment,
  measure: TaskMeasure,
): Promise<TaskResult['outcome']> {
  const split = await decodeSplit(task.split, environment.codec, environment.readBroadcast)
  const rows = stage.rdd.iterator(split, context)
  const { end } = stage
  if (end.type === 'result') {
    const value = await runAction(end.action, rows, context)
    context.throwIfCancelled()
    measure.computed(context.metrics)
    const { codec } = environment
    const parts = Array.isArray(value) ? encodeParts(value, codec) : [codec.encode(value)]
    return { type: 'result', parts }
  }
  const output = await writeMapOutput(stage, rows as Batches<Pair>, context, environment)
  measure.computed(context.metrics)
  return { type: 'map-output', output }
}

async function writeMapOutput(
  { end, partitioner }: RebuiltStage,
  rows: Batches<Pair>,
  context: RunningTask,
  { directory, meter }: TaskEnvironment,
): Promise<MapOutput> {
  if (end.type !== 'shuffle-map' || partitioner === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_OPERATOR_UNKNOWN',
      'A stage without a shuffle has no map output to write',
    )
  }
  const id = {
    shuffleId: end.shuffleId,
    mapPartition: context.partitionId,
    attempt: context.taskAttemptId,
  }
  const { aggregator } = end
  const { spillSpace: space, memory } = context
  const { bypassMergeThreshold, compression } = context.shuffleSettings
  const writer = shuffleWriter({
    id,
    directory,
    partitioner,
    aggregator,
    space,
    memory,
    compression,
    bypassMergeThreshold,
  })
  try {
    await writeMapRows(rows, { writer, partitioner, aggregator }, context)
    context.throwIfCancelled()
    const beganMs = meter?.nowMs() ?? 0
    const output = await writer.finish()
    context.metrics.shuffleWriteTime += ((meter?.nowMs() ?? 0) - beganMs) * 1e6
    context.metrics.shuffleWriteRecords += output.records
    context.metrics.shuffleWriteBytes += output.sizesBytes.reduce((sum, size) => sum + size, 0)
    return output
  } catch (error) {
    await writer.abort().catch(() => {}) // what has ended the task is what it fails with
    throw error
  }
}

function shuffleSource(context: RunningTask, environment: TaskEnvironment): ShuffleSource {
  const { metrics } = context
  const pages = (shuffleId: number, reducePartition: number): Batches<Uint8Array> =>
    readShuffle(shuffleId, reducePartition, environment, context)
  return {
    readPages: pages,
    read: (shuffleId, reducePartition) => {
      const pairs = pairsOfPages(pages(shuffleId, reducePartition), environment.codec)
      const pull = pairs.nextAny ?? pairs.next
      const counted = (batch: AnyBatch<Pair> | undefined): AnyBatch<Pair> | undefined => {
        if (batch !== undefined) {
          metrics.shuffleReadRecords += batch instanceof ColumnBatch ? batch.rows : batch.length
        }
        return batch
      }
      return columnBatches(() => {
        const pulled = pull()
        return pulled instanceof Promise ? pulled.then(counted) : counted(pulled)
      }, pairs.close)
    },
  }
}

function readShuffle(
  shuffleId: number,
  reducePartition: number,
  environment: TaskEnvironment,
  { metrics, spillSpace: space, shuffleSettings }: RunningTask,
): Batches<Uint8Array> {
  const { meter } = environment
  let source: Batches<Uint8Array> | undefined
  const fetch: FetchBlock = async function* (block, isAgain = false) {
    const isRemote = block.executorId !== environment.executorId
    // Counted once, however often it is read.
    if (!isAgain) metrics[isRemote ? 'remoteBlocksFetched' : 'localBlocksFetched'] += 1
    try {
      for await (const chunk of environment.fetchBlock(block)) {
        if (!isAgain) metrics.shuffleReadBytes += chunk.length
        if (!isAgain && isRemote) metrics.remoteBytesRead += chunk.length
        yield chunk
      }
    } catch (error) {
      throw asFetchFailure(block, error)
    }
  }
  const next = async (): Promise<Batch<Uint8Array> | undefined> => {
    const beganMs = meter?.nowMs() ?? 0
    if (source === undefined) {
      const blocks = await environment.locateBlocks(shuffleId, reducePartition)
      const { compression, limits } = shuffleSettings
      const decompress = compression?.decompress
      const ownId = environment.executorId
      source = readPages(blocks, { fetch, ownId, space, decompress, limits })
    }
    const pages = await source.next()
    metrics.fetchWaitTime += (meter?.nowMs() ?? 0) - beganMs
    return pages
  }
  return new Batches(next, () => source?.close())
}

/** What goes wrong while a block is read is a failed fetch, whatever it is called where it happened. */
function asFetchFailure(block: BlockLocation, error: unknown): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  if (code === 'TROUPE_SPARK_FETCH_FAILED' || code === 'TROUPE_SPARK_TASK_CANCELLED') return error
  if (code === 'TROUPE_SPARK_BLOCK_MISSING') return fetchFailed(block, 'missing', error)
  if (code === 'TROUPE_SPARK_BLOCK_CORRUPT') return fetchFailed(block, 'corrupt', error)
  if (code === 'TROUPE_NODE_LOST') return fetchFailed(block, 'given up', error)
  return fetchFailed(block, 'unreachable', error)
}

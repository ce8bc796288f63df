import { decodeAlone, encodeAlone } from '../../../actors/index.ts'
import type { Environment, ThreadPort } from '../../../platform/index.ts'
import { SparkError, asError, taskCancelled } from '../../errors.ts'
import type { BlockLocation } from '../../shuffle/index.ts'
import {
  closureStageCodec,
  meterOf,
  metricsOf,
  rowCodec,
  type Cancellation,
  type TaskDescription,
  type TaskEnvironment,
} from '../../task/index.ts'
import { fetchChunks } from '../fetch-chunks.ts'
import { ThreadGauge, threadMemory } from '../metrics/index.ts'
import { InlineTaskRunner } from '../task-runner.ts'
import { BlockFiles } from '../shuffle-blocks.ts'
import { StorageLineClient, valueOf } from './storage-line.ts'
import type { Answer, FromTaskThread, TaskThreadData, ToTaskThread } from './protocol.ts'

/**
 * A task thread: runs the user's functions and nothing else. It reads files and its own executor's map outputs
 * by itself, and asks the main thread for those of others.
 */
export function runTaskThread(environment: Environment): void {
  const { threads } = environment
  const port = threads.parentPort
  if (port === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_TASK_THREAD_LOST',
      'A task thread has no parent: it is started by its executor, not by hand',
    )
  }
  new TaskThread(environment, port, threads.startData as TaskThreadData)
}

/** How often a thread writes its figures at most; it looks at each batch. */
const GAUGE_MS = 100

/** A heap as full as this takes no more blocks, and no more execution memory. */
const HEAP_FULL_RATIO = 0.9

interface Request {
  readonly resolve: (answer: Answer) => void
}

class TaskThread {
  readonly #port: ThreadPort
  readonly #runner: InlineTaskRunner
  readonly #cancelled: Int32Array
  readonly #storage: StorageLineClient
  readonly #requests = new Map<number, Request>()
  readonly #environment: Environment
  readonly #gauge: ThreadGauge
  #gaugedMs = Number.NEGATIVE_INFINITY
  #nextRequest = 0
  /** The task attempt that runs. */
  #running: number | undefined

  constructor(environment: Environment, port: ThreadPort, data: TaskThreadData) {
    const { executorId, directory, cancelled, unrollBytes } = data
    const { heap, modules } = environment
    // Nobody waits for this thread but its task.
    const disk = environment.disk.atOnce ?? environment.disk
    const own = new BlockFiles(disk, directory)
    this.#port = port
    this.#environment = environment
    this.#gauge = new ThreadGauge(data.gauge)
    this.#cancelled = new Int32Array(cancelled)
    this.#storage = new StorageLineClient(
      async (call) => {
        const id = this.#nextRequest++
        return valueOf(await this.#ask(id, { type: 'storage', id, call }))
      },
      (call) => {
        this.#post({ type: 'storage', id: undefined, call })
      },
    )
    const tasks: TaskEnvironment = {
      executorId,
      disk,
      ports: environment,
      directory,
      codec: rowCodec,
      locateBlocks: (shuffleId, reducePartition) => this.#locate(shuffleId, reducePartition),
      fetchBlock: (block) =>
        block.executorId === executorId
          ? own.stream(block)
          : fetchChunks(block, (offset, lengthBytes) =>
              this.#readChunk(block, offset, lengthBytes),
            ),
      memory: this.#storage.memory,
      storage: this.#storage,
      readBroadcast: this.#storage.readBroadcast,
      mayCommit: this.#storage.mayCommit,
      sync: this.#storage.sync,
      meter: meterOf(environment),
      unrollBytes,
      isHeapFull: () => heap.usedBytes() > HEAP_FULL_RATIO * heap.limitBytes(),
    }
    const stages = closureStageCodec(rowCodec, modules)
    this.#runner = new InlineTaskRunner(1, tasks, (binary) => stages.unpack(binary))
    port.handle((message) => {
      this.#handle(message as ToTaskThread)
    })
  }

  #handle(message: ToTaskThread): void {
    switch (message.type) {
      case 'forget-stages':
        for (const stageId of message.stageIds) this.#runner.forget(stageId)
        return
      case 'run-task':
        for (const stageId of message.forgotten) this.#runner.forget(stageId)
        if (message.binary !== undefined) this.#runner.load(message.task.stageId, message.binary)
        void this.#run(message.task)
        return
      case 'answer':
        this.#requests.get(message.id)?.resolve(message)
        this.#requests.delete(message.id)
        return
      case 'storage-order':
        void this.#obey(message)
        return
      case 'cancel-task':
        if (this.#running === message.taskAttemptId) this.#giveUpWaiting(message.taskAttemptId)
        return
    }
  }

  async #run(task: TaskDescription): Promise<void> {
    const { taskAttemptId } = task
    this.#running = taskAttemptId
    const cancelled = this.#cancelled
    const look = (): void => {
      this.#measure()
    }
    const cancellation: Cancellation = {
      get isCancelled() {
        look()
        return Atomics.load(cancelled, 0) === taskAttemptId
      },
      set isCancelled(_: boolean) {
        Atomics.store(cancelled, 0, taskAttemptId)
      },
    }
    try {
      const result = await this.#runner.run(task, cancellation)
      this.#post({ type: 'task-succeeded', taskAttemptId, result })
    } catch (error) {
      const metrics = metricsOf(error)
      this.#post({ type: 'task-failed', taskAttemptId, error: encoded(error), metrics })
    }
    this.#running = undefined
  }

  /** Once in a while a task that looks whether it is to end leaves its figures behind. */
  #measure(): void {
    const nowMs = this.#environment.clock.now()
    if (nowMs - this.#gaugedMs < GAUGE_MS) return
    this.#gaugedMs = nowMs
    this.#gauge.write(threadMemory(this.#environment), this.#runner.report().tries[0])
  }

  async #obey(message: Extract<ToTaskThread, { type: 'storage-order' }>): Promise<void> {
    const { id } = message
    // Rows that can't be encoded can't be copied; the task that wants them computes them.
    const chunks = await this.#storage.obey(message).catch(() => undefined)
    this.#post({ type: 'storage-done', id, chunks })
  }

  #giveUpWaiting(taskAttemptId: number): void {
    const error = encoded(taskCancelled(taskAttemptId))
    for (const [id, { resolve }] of this.#requests) resolve({ id, error })
    this.#requests.clear()
  }

  async #locate(shuffleId: number, reducePartition: number): Promise<readonly BlockLocation[]> {
    const id = this.#nextRequest++
    const answer = await this.#ask(id, { type: 'locate', id, shuffleId, reducePartition })
    return 'blocks' in answer ? answer.blocks : []
  }

  async #readChunk(block: BlockLocation, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const id = this.#nextRequest++
    const answer = await this.#ask(id, { type: 'read-chunk', id, block, offset, lengthBytes })
    return 'bytes' in answer ? answer.bytes : new Uint8Array(0)
  }

  async #ask(id: number, message: FromTaskThread): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#requests.set(id, { resolve })
      this.#post(message)
    })
    if ('error' in answer) throw decodeAlone(answer.error)
    return answer
  }

  #post(message: FromTaskThread): void {
    this.#port.postValue(message)
  }
}

/** An error, or whatever was thrown in place of one, as bytes. */
export function encoded(thrown: unknown): Uint8Array {
  return encodeAlone(asError(thrown))
}
